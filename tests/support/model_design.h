/// \file
/// A random design of models: each a corner of the space that users may ask for, as a function of its number.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>

#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/physics/release_continuous.h"
#include "greenhalo/physics/release_table.h"
#include "models.h"

namespace greenhalo::test {

struct ModelDesign {
    enum class ReleaseKind { burst, scattered, continuous, table };

    explicit ModelDesign(int number) : engine_(static_cast<std::uint64_t>(number) * 6007 + 20120917) {
        transport.half_height = logarithmic(0.5, 12.0);
        const double h = transport.half_height;
        const double slopes[] = {1.0 / 3, 0.5, 0.6, 0.7}, normalizations[] = {1.33, 0.8, 0.55, 0.4};
        const auto kind = static_cast<std::size_t>(uniform(0.0, 4.0));
        transport.diffusion = paper_diffusion(h, normalizations[kind], slopes[kind]);
        if (chance(0.3)) transport.diffusion.coefficient *= logarithmic(0.2, 5.0);
        transport.nuclei = five_groups();
        const double lowest = chance(0.5) ? 1e3 : logarithmic(10.0, 1e3);
        transport.energies =
            log_energies(lowest, lowest * logarithmic(1e2, 1e6), static_cast<int>(uniform(5.0, 30.0)));
        choose_release();
        if (chance(0.4)) transport.observer = {uniform(-15.0, 15.0), uniform(-15.0, 15.0), 0.0};
        if (chance(0.4)) transport.observer.z = h * (chance(0.5) ? uniform(-0.1, 0.1) : uniform(-0.97, 0.97));

        law.model = chance(0.5)   ? SourceModel::cylindrical
                    : chance(0.5) ? SourceModel::uniform_disc
                                  : SourceModel::spiral;
        law.disc_radius = uniform(5.0, 20.0);
        law.arm_width = uniform(2.0, 6.0);
        law.arm_blur = chance(0.5) ? ArmBlur::one_sided : ArmBlur::symmetric;
        law.scale_height = chance(0.2) ? 0.0 : chance(0.7) ? logarithmic(0.02, 0.3) : logarithmic(0.05, 1.0);
        const bool rare = chance(0.15);  // and then over a gigayear, whatever it costs
        law.rate = 1e6 / (rare ? logarithmic(1e3, 3e3) : logarithmic(3.0, 3e3));
        span = rare ? 1000.0 : std::min(logarithmic(10.0, 1000.0), most_sources / law.rate);

        if (chance(0.3)) selection.minimum_age = logarithmic(1e-3, 3.0);
        if (chance(0.2)) selection.minimum_distance = logarithmic(0.01, 1.0);
        if (chance(0.3)) selection.causal = true;
        if (chance(0.2)) {
            selection.exclude_distance = logarithmic(0.3, 5.0);
            selection.exclude_age = logarithmic(1e-3, 10.0);
        }
        if (chance(0.3)) choose_known();
        const double tolerances[] = {1e-4, 1e-6, 1e-8, 1e-8, 1e-9, 1e-10};
        tolerance = tolerances[static_cast<std::size_t>(uniform(0.0, 6.0))];
    }

    std::string describe() const {
        return fmt::format(
            "H {:.2f}, z {:.2f}, z_g {:.2f}, law {}, rate {:.3g}/Myr, span {:.3g} Myr, tolerance {:.0e}, release {}, "
            "minimum {:.3g} Myr {:.3g} kpc, excluded {:.3g} kpc {:.3g} Myr, causal {}, known {}",
            transport.half_height, transport.observer.z, law.scale_height, static_cast<int>(law.model), law.rate, span,
            tolerance, static_cast<int>(release_kind), selection.minimum_age, selection.minimum_distance,
            selection.exclude_distance, selection.exclude_age, selection.causal, known.size());
    }

    /// Release entries of all groups and energies together.
    std::size_t entries() const {
        std::size_t count = 0;
        for (const auto& group : transport.release) {
            for (const auto& each : group) count += each.size();
        }
        return count;
    }

    Transport transport;
    SourceLaw law;
    Selection selection;
    std::vector<Source> known;  ///< listed sources on top of the random ones
    ReleaseKind release_kind = ReleaseKind::burst;
    double span = 0.0, tolerance = 0.0;

  private:
    static constexpr double most_sources = 8e5;

    double uniform(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(engine_);
    }
    double logarithmic(double low, double high) { return low * std::pow(high / low, uniform(0.0, 1.0)); }
    bool chance(double probability) { return uniform(0.0, 1.0) < probability; }

    void choose_release() {
        const double which = uniform(0.0, 1.0), longest = logarithmic(1e-3, 0.3);
        transport.release = unit_release(transport.nuclei.size(), transport.energies.size());
        if (which < 0.5) return;
        const std::vector<double> factors(transport.nuclei.size(), 1.0);
        if (which < 0.65) {
            release_kind = ReleaseKind::scattered;
            scatter(longest);
        } else if (which < 0.85) {
            release_kind = ReleaseKind::continuous;
            ContinuousEscape escape;
            escape.max_energy = transport.energies.back() * logarithmic(0.1, 10.0);
            escape.lifetime = std::max(longest, 1e-2);
            transport.release = tabulate_release(escape, transport.nuclei, transport.energies, factors);
        } else {
            release_kind = ReleaseKind::table;
            transport.energies.resize(std::min<std::size_t>(transport.energies.size(), 8));  // sixteen entries each
            transport.release =
                tabulate_release(TabulatedRelease(table(longest), "table"), transport.nuclei, transport.energies, factors);
        }
        normalize_to_unit(transport.release);
    }

    /// Delays and yields without any order.
    void scatter(double longest) {
        const bool several = chance(0.5);
        for (auto& group : transport.release) {
            for (auto& entries : group) {
                entries.clear();
                if (chance(0.1)) continue;
                do {
                    entries.push_back({longest * uniform(0.0, 1.0), logarithmic(0.1, 10.0)});
                } while (several && chance(0.6));
            }
        }
    }

    /// A history for protons at every rigidity that occurs, the low energies later.
    std::string table(double longest) {
        const double low = transport.energies.front() / 30.0, high = transport.energies.back() * 1.1;
        std::string text;
        for (int t = 0; t <= 4; ++t) {
            for (int e = 0; e <= 3; ++e) {
                const double energy = low * std::pow(high / low, e / 3.0);
                const double rate = t == 0 && e < 3 ? 0.0 : std::exp(-t * (e + 1.0) / 4.0) / energy;
                text += fmt::format("{:.17g},{:.17g},{:.17g}\n", longest / year * t / 4.0, energy, rate);
            }
        }
        return text;
    }

    void choose_known() {
        const int count = static_cast<int>(uniform(1.0, 5.0));
        for (int i = 0; i < count; ++i) {
            known.push_back({transport.observer.x + uniform(-2.0, 2.0), transport.observer.y + uniform(-2.0, 2.0),
                             transport.half_height * uniform(-0.9, 0.9), logarithmic(1e-3, 1.0), logarithmic(0.1, 10.0)});
        }
    }

    std::mt19937_64 engine_;
};

}  // namespace greenhalo::test
