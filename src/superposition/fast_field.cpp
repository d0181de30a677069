#include "superposition/fast_field.h"

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/catalogue.h"
#include "superposition/fast_kernels.h"

namespace greenhalo {

namespace {

constexpr std::size_t positions = 4096;        ///< in the means
constexpr std::size_t far_positions = 131072;  ///< to find the reach, of which `beyond` lie outside
constexpr std::size_t beyond = 4;
constexpr std::uint64_t sample_seed = 20120917;

}  // namespace

ObserverModes::ObserverModes(double half_height, double z, std::size_t count) {
    const double k1 = units::pi / (2.0 * half_height);
    first_k2 = k1 * k1;
    constexpr double quarter_sine[4] = {0.0, 1.0, 0.0, -1.0};
    for (std::size_t m = 1; m <= count; ++m) {
        const double k = static_cast<double>(m) * k1;
        // measured from the nearer boundary; sin k_m(z+H) = (-1)^(m+1) sin k_m(H-z)
        const double sign = m % 2 == 0 && z > 0.0 ? -1.0 : 1.0;
        value.push_back(z == 0.0 ? quarter_sine[m % 4] : sign * std::sin(k * (half_height - std::abs(z))));
        const double cosine = std::cos(k * (half_height - std::abs(z)));
        slope.push_back(k * (z == 0.0 ? quarter_sine[(m + 1) % 4] : (z > 0.0 ? -sign : sign) * cosine));
    }
}

SampledField::SampledField(const Transport& transport, const Selection& selection, const SourceLaw& law)
    : modes_(transport.half_height, transport.observer.z, fast_max_modes), selection_(selection) {
    const Catalogue catalogue(law, first_slab_edge, sample_seed);
    const double h = transport.half_height, k1 = units::pi / (2.0 * h);
    std::vector<double> rho2;
    SourceBuffer buffer(positions + 8);
    zeta_.resize(fast_max_modes);
    double offset_x = 0.0, offset_y = 0.0;
    for (std::size_t first = 0; first < far_positions; first += positions) {
        buffer.size = 0;
        catalogue.draw(0, 0, static_cast<std::int64_t>(first), positions, buffer);
        for (std::size_t i = 0; i < positions; ++i) {
            const double dx = transport.observer.x - buffer.x[i], dy = transport.observer.y - buffer.y[i];
            rho2.push_back(dx * dx + dy * dy);
            if (first > 0) continue;
            const bool inside = std::abs(buffer.z[i]) < h;
            const double dz = transport.observer.z - buffer.z[i];
            dx_.push_back(dx);
            dy_.push_back(dy);
            rho2_.push_back(rho2.back());
            distance2_.push_back(rho2.back() + dz * dz);
            offset_x += std::abs(dx);
            offset_y += std::abs(dy);
            // sin k_m(zs+H) by recurrence from the plane, so that the even ones are exact there
            const double angle = k1 * buffer.z[i], twice = -2.0 * std::sin(angle);
            double previous = 0.0, current = inside ? std::cos(angle) : 0.0;
            for (std::size_t m = 1; m <= zeta_.size(); ++m) {
                zeta_[m - 1].push_back(current);
                const double next = twice * current - previous;
                previous = current;
                current = next;
            }
        }
    }
    std::nth_element(rho2.begin(), rho2.end() - beyond, rho2.end());
    reach_ = std::sqrt(rho2[rho2.size() - beyond]);
    mean_offset_ = std::max(offset_x, offset_y) / positions;
    for (const auto& zeta : zeta_) {
        double sum = 0.0;
        for (const double x : zeta) sum += std::abs(x);
        mean_mode_.push_back(sum / positions);
    }
}

bool SampledField::counts(std::size_t i, double age) const {
    const double d2 = distance2_[i];
    if (d2 < selection_.minimum_distance * selection_.minimum_distance) return false;
    if (selection_.causal && d2 > units::c * units::c * age * age) return false;
    return !(d2 < selection_.exclude_distance * selection_.exclude_distance && age < selection_.exclude_age);
}

MeanContribution SampledField::mean(double diffusion, double age, double near_exponent) const {
    std::vector<double> value(positions, 0.0), slope(positions, 0.0);
    const double decay = diffusion * modes_.first_k2 * age;
    for (std::size_t m = 1; m <= zeta_.size(); ++m) {
        const double exponent = static_cast<double>(m * m - 1) * decay;
        if (exponent > 45.0) break;
        const double a = std::exp(-exponent);
        const double v = a * modes_.value[m - 1], s = a * modes_.slope[m - 1];
        const std::vector<double>& zeta = zeta_[m - 1];
        for (std::size_t i = 0; i < positions; ++i) {
            value[i] += v * zeta[i];
            slope[i] += s * zeta[i];
        }
    }
    double n = 0.0, n2 = 0.0, z2 = 0.0, x = 0.0, y = 0.0, z = 0.0;
    for (std::size_t i = 0; i < positions; ++i) {
        const double exponent = rho2_[i] / (4.0 * diffusion * age);
        if (exponent > 60.0 || !counts(i, age)) continue;
        const double e = std::exp(-exponent), g = e * std::abs(value[i]);
        n += g;
        n2 += g * g;
        x += g * std::abs(dx_[i]);
        y += g * std::abs(dy_[i]);
        const double v = e * std::abs(slope[i]);
        z += v;
        z2 += v * v;
    }
    constexpr double per_source = 1.0 / positions;
    MeanContribution mean = reach_of_kernel(diffusion, age, near_exponent);
    mean.density = n * per_source;
    mean.flow = std::min(x, y) * per_source;
    mean.vertical = z * per_source;
    mean.participation = n2 > 0.0 ? n * n / n2 * per_source : 0.0;
    mean.vertical_participation = z2 > 0.0 ? z * z / z2 * per_source : 0.0;
    return mean;
}

MeanContribution SampledField::reach_of_kernel(double diffusion, double age, double near_exponent) const {
    double sum = 0.0;
    std::size_t near = 0;
    for (std::size_t i = 0; i < positions; ++i) {
        const double exponent = rho2_[i] / (4.0 * diffusion * age);
        if (exponent < 60.0) sum += std::exp(-exponent);
        if (exponent < near_exponent) ++near;
    }
    MeanContribution mean{};
    mean.kernel = sum / positions;
    mean.near = static_cast<double>(near) / positions;
    return mean;
}

}  // namespace greenhalo
