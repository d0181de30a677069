// The exact steady field of a layered halo, by its vertical eigenmodes.
#include <algorithm>
#include <cmath>
#include <complex>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/bessel.h"
#include "greenhalo/validation/smooth_sources.h"
#include "validation/gauss_points.h"

namespace greenhalo {

namespace {

using Complex = std::complex<double>;

constexpr int mode_count = 600;

/// Within a layer, from its lower end s = 0: Z = value cos(k s) + slope sin(k s)/k, real also for imaginary k.
struct Piece {
    Complex k;
    double value = 0.0, slope = 0.0;

    static Piece of(const Layer& layer, double kappa2, double value, double slope) {
        double k2 = kappa2 - layer.loss_rate / layer.diffusion;
        if (std::abs(k2) < 1e-14) k2 = 1e-14;
        return {std::sqrt(Complex(k2)), value, slope};
    }
    double at(double s) const { return (value * std::cos(k * s) + slope * std::sin(k * s) / k).real(); }
    double slope_at(double s) const { return (slope * std::cos(k * s) - value * std::sin(k * s) * k).real(); }

    /// Zeros in (0, s].
    double zeros(double s) const {
        if (k.imag() != 0.0) return value * at(s) < 0.0 ? 1.0 : 0.0;
        const double phase = std::atan2(slope / k.real(), value);
        const auto passed = [&](double x) { return std::floor((k.real() * x - phase) / units::pi - 0.5); };
        return passed(s) - passed(0.0);
    }
    /// Integral of Z^2 over (0, s).
    double square(double s) const {
        const Complex twice = std::sin(2.0 * k * s) / (4.0 * k), half = 0.5 * s, once = std::sin(k * s);
        return (value * value * (half + twice) + slope * slope * (half - twice) / (k * k) +
                value * slope * once * once / (k * k))
            .real();
    }
    /// Integral of exp(-a s) Z over (0, s).
    double weighted(double a, double s) const {
        const Complex c = std::cos(k * s), t = std::sin(k * s) / k, denominator = a * a + k * k;
        const double decay = std::exp(-a * s);
        const Complex of_cosine = (a - decay * (a * c - k * k * t)) / denominator;
        const Complex of_sine = (1.0 - decay * (a * t + c)) / denominator;
        return (value * of_cosine + slope * of_sine).real();
    }
};

/// Between z = 0 and the boundary at `thickness`, where the mode decays: Z = value sinh q(thickness - s)/sinh(q thickness). As a
/// Piece it were the small difference of two growing functions.
struct Decay {
    double q, value, thickness;

    double rest() const { return -std::expm1(-2.0 * q * thickness); }
    double at(double s) const { return value * std::exp(-q * s) * -std::expm1(-2.0 * q * (thickness - s)) / rest(); }
    double slope_at(double s) const { return -value * q * std::exp(-q * s) * (1.0 + std::exp(-2.0 * q * (thickness - s))) / rest(); }
    /// Integral of Z^2.
    double square() const {
        const double x = q * thickness;
        return 0.5 * value * value * (1.0 / (q * std::tanh(x)) - thickness / std::pow(std::sinh(x), 2));
    }
    /// Integral of exp(-a s) Z.
    double weighted(double a) const {
        const auto fall = [&](double rate) { return rate == 0.0 ? thickness : -std::expm1(-rate * thickness) / rate; };
        const double back = q >= a ? std::exp(-(q + a) * thickness) * fall(q - a) : std::exp(-2.0 * q * thickness) * fall(a - q);
        return value * (fall(q + a) - back) / rest();
    }
};

/// Calls visit(layer, lower end, piece) from the midplane to the boundary.
template <class Visit>
void for_each_piece(const Medium& medium, double kappa2, Visit visit) {
    double below = 0.0, value = 1.0, flux = 0.0;
    for (const Layer& layer : medium.layers()) {
        const Piece piece = Piece::of(layer, kappa2, value, flux / layer.diffusion);
        visit(layer, below, piece);
        const double thickness = layer.up_to - below;
        value = piece.at(thickness);
        flux = layer.diffusion * piece.slope_at(thickness);
        below = layer.up_to;
    }
}

double zeros(const Medium& medium, double kappa2) {
    double count = 0.0;
    for_each_piece(medium, kappa2, [&](const Layer& layer, double below, const Piece& piece) {
        count += piece.zeros(layer.up_to - below);
    });
    return count;
}

/// kappa^2 of the mode with j zeros within the halo: the number of zeros up to the boundary increases there.
double eigenvalue(const Medium& medium, int j, double at_least) {
    double low = at_least, high = std::max(1.0, 2.0 * at_least);
    while (zeros(medium, high) < j + 1) high *= 2.0;
    while (high - low > 1e-15 * high) {
        const double middle = 0.5 * (low + high);
        if (middle == low || middle == high) break;
        (zeros(medium, middle) < j + 1 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// Integral over the sources of the radial Green function, and its derivative by the observer's radius.
struct Radial {
    double value = 0.0, slope = 0.0;
};

Radial radial(const SourceLaw& law, double kappa, double r0, std::optional<double> side) {
    // sources farther away than this do not reach
    const double reach = 40.0 / kappa, end = std::min(side.value_or(law.outer_radius()), law.outer_radius());
    const double low = std::max(0.0, r0 - reach), high = std::min(end, r0 + reach);
    const double at_observer_i0 = scaled_i0(kappa * r0), at_observer_i1 = scaled_i1(kappa * r0);
    // with the observer in the centre no source is nearer to it
    const double at_observer_k0 = r0 > 0.0 ? scaled_k0(kappa * r0) : 0.0;
    const double at_observer_k1 = r0 > 0.0 ? scaled_k1(kappa * r0) : 0.0;
    const double mirror = side ? scaled_k0(kappa * *side) / scaled_i0(kappa * *side) : 0.0;
    Radial sum;
    const auto panel = [&](double from, double to) {
        for (std::size_t i = 0; i < gauss_points; ++i) {
            const double half = 0.5 * (to - from), r = 0.5 * (from + to) + half * gauss_node[i];
            const double weight = half * gauss_weight[i] * r * law.surface_density(r);
            const double fall = std::exp(-kappa * std::abs(r - r0)), i0 = scaled_i0(kappa * r);
            if (r < r0) {
                sum.value += weight * i0 * at_observer_k0 * fall;
                sum.slope -= weight * kappa * i0 * at_observer_k1 * fall;
            } else {
                const double k0 = scaled_k0(kappa * r);
                sum.value += weight * at_observer_i0 * k0 * fall;
                sum.slope += weight * kappa * at_observer_i1 * k0 * fall;
            }
            if (!side) continue;
            const double back = weight * mirror * i0 * std::exp(-kappa * (2.0 * *side - r - r0));
            sum.value -= back * at_observer_i0;
            sum.slope -= kappa * back * at_observer_i1;
        }
    };
    // panels within which neither the kernel nor the law changes much; edges where one of them is not smooth
    std::vector<double> edges{low, high};
    for (const double edge : {r0, law.model == SourceModel::uniform_disc ? law.disc_radius : r0}) {
        if (edge > low && edge < high) edges.push_back(edge);
    }
    const double width = std::min(0.5, 1.0 / kappa);
    // r ln r in front of an observer in the centre
    for (double edge = width; r0 == 0.0 && edge > 1e-6 * width; edge *= 0.25) edges.push_back(edge);
    std::sort(edges.begin(), edges.end());
    for (std::size_t e = 0; e + 1 < edges.size(); ++e) {
        const int count = std::max(1, static_cast<int>(std::ceil((edges[e + 1] - edges[e]) / width)));
        for (int i = 0; i < count; ++i) {
            const double step = (edges[e + 1] - edges[e]) / count;
            panel(edges[e] + i * step, edges[e] + (i + 1) * step);
        }
    }
    return sum;
}

}  // namespace

double slowest_decay(const Medium& medium) { return std::sqrt(eigenvalue(medium, 0, 0.0)); }

MeanField layered_mean_field(const Medium& medium, const SourceLaw& law, double radius, double height,
                             std::optional<double> side) {
    const double z = std::abs(height);
    MeanField field;
    double kappa2 = 0.0;
    for (int j = 0; j < mode_count; ++j) {
        kappa2 = eigenvalue(medium, j, kappa2);
        double norm = 0.0, source = law.scale_height > 0.0 ? 0.0 : 1.0, here = 0.0, slope = 0.0, diffusion = 0.0;
        const auto add = [&](const Layer& layer, double below, double square, auto weighted, const auto& mode) {
            norm += 2.0 * layer.diffusion * square;
            if (law.scale_height > 0.0) {
                const double a = 1.0 / law.scale_height;
                source += a * std::exp(-a * below) * weighted(a);
            }
            if (z >= below && z < layer.up_to) {
                here = mode.at(z - below);
                slope = mode.slope_at(z - below);
                diffusion = layer.diffusion;
            }
        };
        for_each_piece(medium, kappa2, [&](const Layer& layer, double below, const Piece& piece) {
            const double thickness = layer.up_to - below;
            const bool is_last = &layer == &medium.layers().back();
            if (is_last && piece.k.imag() != 0.0) {
                const Decay decay{piece.k.imag(), piece.value, thickness};
                add(layer, below, decay.square(), [&](double a) { return decay.weighted(a); }, decay);
            } else {
                add(layer, below, piece.square(thickness), [&](double a) { return piece.weighted(a, thickness); }, piece);
            }
        });
        const Radial r = radial(law, std::sqrt(kappa2), radius, side);
        field.density += source / norm * here * r.value;
        field.radial_current -= diffusion * source / norm * here * r.slope;
        field.vertical_current -= diffusion * source / norm * slope * r.value * (height < 0.0 ? -1.0 : 1.0);
    }
    return field;
}

}  // namespace greenhalo
