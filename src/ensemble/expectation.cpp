#include "greenhalo/ensemble/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "ensemble/age_integral.h"
#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/small_scale.h"

namespace greenhalo {

class Expectation::Engine {
  public:
    Engine(const Transport& transport, const SourceLaw& law, const ExpectationLimits& limits,
           std::optional<Superposition> certain)
        : transport_(transport),
          law_(law),
          limits_(limits),
          certain_(std::move(certain)),
          radius_(std::hypot(transport.observer.x, transport.observer.y)),
          plane_(law, radius_),
          small_scale_(law, transport.half_height, radius_, transport.observer.z) {
        if (law.model != SourceModel::cylindrical && law.model != SourceModel::uniform_disc) {
            throw InputError(
                "expectation values are integrated for axisymmetric random sources: set sources.model to "
                "cylindrical or uniform-disc, or draw an ensemble with greenhalo run");
        }
        const double least = std::max(limits.minimum_age, limits.small_scale_age.value_or(0.0));
        if (least >= limits.span) {
            throw InputError(
                fmt::format("a minimum age of {:g} yr leaves no source within {:g} Myr: lengthen "
                            "sources.time-span or lower the minimum age",
                            least / units::myr_per_year, limits.span));
        }
        for (std::size_t e = 0; e < transport.energies.size(); ++e) {
            bool released = false, counted = false;
            for (const auto& group : transport.release) {
                for (const ReleaseEntry& entry : group[e]) {
                    released = released || entry.yield > 0.0;
                    counted = counted || (entry.yield > 0.0 && least + entry.delay < limits.span);
                }
            }
            if (released && !counted) {
                throw InputError(fmt::format(
                    "at {:g} GeV a minimum age of {:g} yr after the release leaves no source within {:g} Myr: lengthen "
                    "sources.time-span or lower the minimum age",
                    transport.energies[e], least / units::myr_per_year, limits.span));
            }
        }
    }

    Moments at(std::size_t energy) const {
        Moments m;
        double n = 0.0, j[3] = {0.0, 0.0, 0.0}, random = 0.0, diffusion = 0.0;
        const std::size_t species = transport_.nuclei.size(), energies = transport_.energies.size();
        std::vector<Emission> emissions;
        for (std::size_t s = 0; s < species; ++s) {
            const std::size_t pair = s * energies + energy;
            const double d = transport_.diffusion_of(s, energy), gamma = transport_.loss_rate_of(s, energy);
            const MeanField field = mean_field(transport_.release[s][energy], d, gamma);
            random += field.density;
            diffusion += field.density * d;
            m.density.push_back(field.density + (certain_ ? certain_->density[pair] : 0.0));
            const double outward = radius_ > 0.0 ? field.radial_current / radius_ : 0.0;
            const double vector[3] = {outward * transport_.observer.x, outward * transport_.observer.y,
                                      field.vertical_current};
            for (std::size_t i = 0; i < 3; ++i) {
                m.current.push_back(vector[i] + (certain_ ? certain_->current[3 * pair + i] : 0.0));
                j[i] += m.current.back();
            }
            n += m.density.back();
            for (const ReleaseEntry& entry : transport_.release[s][energy]) {
                emissions.push_back({d, gamma, entry.delay, entry.yield});
            }
        }
        if (!(n > 0.0)) {
            const double undefined = std::numeric_limits<double>::quiet_NaN();
            m.small_scale_age = m.large_scale = m.small_scale = m.small_scale_planar = undefined;
            return m;
        }
        const double unit = units::c * n / 3.0;
        m.large_scale = std::sqrt(j[0] * j[0] + j[1] * j[1] + j[2] * j[2]) / unit;
        m.small_scale_age = small_scale_age(energy, diffusion / random);
        const SmallScaleCurrent square = small_scale_(emissions, m.small_scale_age, limits_.span);
        m.fluctuation_current = square.total();
        m.small_scale = std::sqrt(square.total()) / unit;
        m.small_scale_planar = std::sqrt(square.planar) / unit;
        return m;
    }

  private:
    /// Sum over release entries, yields and the source rate included. An entry sees effective ages from the
    /// minimum age to the span less its delay.
    MeanField mean_field(std::vector<ReleaseEntry> entries, double diffusion, double loss_rate) const {
        std::erase_if(entries, [&](const ReleaseEntry& e) {
            return !(e.yield > 0.0) || limits_.span - e.delay <= limits_.minimum_age;
        });
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.delay > b.delay; });
        const MeanFieldSetting setting{law_.scale_height, transport_.half_height, transport_.observer.z};
        MeanField sum, reached;  // reached: from the minimum age to the oldest age so far
        double from = limits_.minimum_age;
        for (const ReleaseEntry& entry : entries) {
            const double to = limits_.span - entry.delay;
            if (to > from) {
                const MeanField more = integrate_over_ages([&](double q) { return plane_(q); }, setting,
                                                           diffusion, loss_rate, from, to);
                reached.density += more.density;
                reached.radial_current += more.radial_current;
                reached.vertical_current += more.vertical_current;
                from = to;
            }
            const double weight = law_.rate * entry.yield;
            sum.density += weight * reached.density;
            sum.radial_current += weight * reached.radial_current;
            sum.vertical_current += weight * reached.vertical_current;
        }
        return sum;
    }

    double small_scale_age(std::size_t energy, double mean_diffusion) const {
        if (limits_.small_scale_age) return *limits_.small_scale_age;
        const double local = law_.surface_density(radius_);
        if (!(local > 0.0)) {
            throw InputError(
                fmt::format("no sources explode at the observer's radius of {:g} kpc, so that the rule for "
                            "the minimum age has nothing to go by: state expect.minimum-age",
                            radius_));
        }
        const double rule = 1.0 / std::sqrt(4.0 * units::pi * law_.rate * local * mean_diffusion);
        const double age = std::max(rule, limits_.minimum_age);
        if (age >= limits_.span) {
            throw InputError(
                fmt::format("at {:g} GeV the rule for the minimum age of the fluctuations gives {:.4g} yr, "
                            "which is beyond the span of {:g} Myr: lengthen sources.time-span, or state "
                            "expect.minimum-age",
                            transport_.energies[energy], age / units::myr_per_year, limits_.span));
        }
        return age;
    }

    Transport transport_;
    SourceLaw law_;
    ExpectationLimits limits_;
    std::optional<Superposition> certain_;
    double radius_;
    PlaneTable plane_;
    SmallScaleIntegral small_scale_;
};

Expectation::Expectation(const Transport& transport, const SourceLaw& law, const ExpectationLimits& limits,
                         std::optional<Superposition> certain)
    : engine_(std::make_unique<Engine>(transport, law, limits, std::move(certain))) {}
Expectation::~Expectation() = default;
Expectation::Expectation(Expectation&&) noexcept = default;

Moments Expectation::operator()(std::size_t energy) const {
    return engine_->at(energy);
}

}  // namespace greenhalo
