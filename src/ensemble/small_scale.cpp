#include "greenhalo/ensemble/small_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "ensemble/gauss_rule.h"
#include "ensemble/height_nodes.h"
#include "ensemble/plane_mean.h"
#include "greenhalo/base/units.h"
#include "greenhalo/physics/green_function.h"

namespace greenhalo {

namespace {

/// Nodes for an interval of ages whose length is at most the distance of its beginning from the last release,
/// where the integrand is singular: the error falls as the 2n-th power of the largest ellipse that leaves the
/// release out.
std::size_t nodes_for(double length, double distance) {
    constexpr double digits = 12.0;
    const double x = 1.0 + 2.0 * distance / length;
    const double ellipse = x + std::sqrt(x * x - 1.0);
    return static_cast<std::size_t>(std::ceil(digits * std::log(10.0) / (2.0 * std::log(ellipse)))) + 2;
}

/// The product of two bells of widths q_k and q_l is a bell of this width.
double joint_width(double q_k, double q_l) {
    return q_k * q_l / (q_k + q_l);
}

}  // namespace

class SmallScaleIntegral::Engine {
  public:
    Engine(const SourceLaw& law, double half_height, double radius, double height)
        : law_(law), half_height_(half_height), height_(height), plane_(law, radius) {}

    SmallScaleCurrent integrate(std::vector<Emission> emissions, double minimum_age, double span) const {
        std::erase_if(emissions, [](const Emission& e) { return !(e.yield > 0.0); });
        std::sort(emissions.begin(), emissions.end(),
                  [](const Emission& a, const Emission& b) { return a.delay < b.delay; });
        SmallScaleCurrent current;
        // an emission counts from its delay plus the minimum age on: age by age there is one more
        for (std::size_t count = 1; count <= emissions.size(); ++count) {
            const double last_delay = emissions[count - 1].delay;
            const double next = count < emissions.size() ? emissions[count].delay + minimum_age : span;
            const std::vector<Emission> active(emissions.begin(),
                                               emissions.begin() + static_cast<std::ptrdiff_t>(count));
            const double start = last_delay + minimum_age;
            const double end = std::min({next, span, start + negligible_after(active)});
            for (double from = start; from < end;) {
                const double distance = from - last_delay;
                const double to = end - from > 1.2 * distance ? from + distance : end;
                for_each_node(
                    gauss_rule(nodes_for(to - from, distance)), from, to,
                    [&](double age, double weight) { add(active, age, law_.rate * weight, current); });
                from = to;
            }
        }
        return current;
    }

  private:
    /// Time in which the square of the slowest emission decays beyond double precision.
    double negligible_after(const std::vector<Emission>& emissions) const {
        double slowest = std::numeric_limits<double>::infinity();
        for (const Emission& e : emissions) {
            const double k = units::pi / (2.0 * half_height_);
            slowest = std::min(slowest, e.loss_rate + e.diffusion * k * k);
        }
        return 20.0 / slowest;
    }

    /// Adds the mean square of the current of a source that exploded `age` ago.
    void add(const std::vector<Emission>& emissions, double age, double weight,
             SmallScaleCurrent& current) const {
        const std::size_t count = emissions.size();
        std::vector<double> q(count);
        for (std::size_t k = 0; k < count; ++k) {
            q[k] = 4.0 * emissions[k].diffusion * (age - emissions[k].delay);
        }
        const auto [narrowest, widest] = std::minmax_element(q.begin(), q.end());
        const std::vector<HeightNode> nodes =
            height_nodes(law_.scale_height, half_height_, height_, *narrowest, *widest);

        // sums over the heights of products of density and of vertical current, pair by pair
        std::vector<double> density(count), slope(count), densities(count * count, 0.0), slopes(densities);
        for (const HeightNode& node : nodes) {
            for (std::size_t k = 0; k < count; ++k) {
                const Emission& e = emissions[k];
                const GreenFunction<double> g = green_function<double>(
                    {0.0, 0.0, height_, node.z, age - e.delay, half_height_, e.diffusion, e.loss_rate});
                density[k] = e.yield * e.diffusion * g.value;
                slope[k] = e.yield * e.diffusion * g.gradient[2];
            }
            for (std::size_t k = 0; k < count; ++k) {
                const double weighted_density = node.weight * density[k],
                             weighted_slope = node.weight * slope[k];
                for (std::size_t l = 0; l <= k; ++l) {
                    densities[k * count + l] += weighted_density * density[l];
                    slopes[k * count + l] += weighted_slope * slope[l];
                }
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            for (std::size_t l = 0; l <= k; ++l) {
                const double joint = joint_width(q[k], q[l]), pairs = k == l ? 1.0 : 2.0;
                const PlaneMean plane = plane_(joint);
                const double a0 = units::pi * joint * plane.value,
                             a2 = units::pi * joint * joint * plane.square;
                current.planar += weight * pairs * 4.0 * a2 / (q[k] * q[l]) * densities[k * count + l];
                current.vertical += weight * pairs * a0 * slopes[k * count + l];
            }
        }
    }

    SourceLaw law_;
    double half_height_, height_;
    PlaneTable plane_;
};

SmallScaleIntegral::SmallScaleIntegral(const SourceLaw& law, double half_height, double radius, double height)
    : engine_(std::make_unique<Engine>(law, half_height, radius, height)) {}
SmallScaleIntegral::~SmallScaleIntegral() = default;
SmallScaleIntegral::SmallScaleIntegral(SmallScaleIntegral&&) noexcept = default;

SmallScaleCurrent SmallScaleIntegral::operator()(const std::vector<Emission>& emissions, double minimum_age,
                                                 double span) const {
    return engine_->integrate(emissions, minimum_age, span);
}

}  // namespace greenhalo
