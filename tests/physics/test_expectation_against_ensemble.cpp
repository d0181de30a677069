// Expectation values by integration against ensembles drawn with the same minimum age: every group at five
// energies, burst and delayed releases, in and off the plane.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "greenhalo/ensemble/expectation.h"
#include "greenhalo/ensemble/small_scale.h"
#include "greenhalo/physics/release_continuous.h"
#include "greenhalo/superposition/direct_sum.h"
#include "support/models.h"

namespace greenhalo {
namespace {

/// Mean of a sample and its standard error.
class Sample {
  public:
    void add(double value) {
        sum_ += value;
        square_ += value * value;
        ++count_;
    }
    double mean() const { return sum_ / count_; }
    double error() const { return std::sqrt((square_ / count_ - mean() * mean()) / (count_ - 1.0)); }

  private:
    double sum_ = 0.0, square_ = 0.0, count_ = 0.0;
};

/// Yields that give every group a say, and delays of the continuous release: by rigidity, in two parts.
Release releases(const Transport& t, bool delayed) {
    Release release(t.nuclei.size());
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (const double energy : t.energies) {
            const double yield = 1.0 + 0.5 * static_cast<double>(s);
            const double delay =
                delayed ? 0.3 * std::pow(t.nuclei[s].rigidity(energy) / 100.0, -1.0 / 3.1) : 0.0;
            release[s].push_back({{delay, 0.6 * yield}, {delayed ? 0.4 * delay : 0.0, 0.4 * yield}});
        }
    }
    return release;
}

/// Escape over 3e5 yr: delays from 200 yr (H at 6e6 GeV) to 54 kyr (Fe at 1 TeV).
Release escape(const Transport& t) {
    ContinuousEscape model;
    model.lifetime = 0.3;
    return tabulate_release(model, t.nuclei, t.energies, std::vector<double>(t.nuclei.size(), 1.0));
}

void compare(const std::function<Release(const Transport&)>& releases_of, const Position& observer,
             std::uint64_t seed) {
    constexpr double minimum_age = 0.2, span = 8.0;
    constexpr int realizations = 1500;
    SourceLaw law;
    law.rate = 3e3;
    Transport t = test::paper_transport(1.0, {1e3, 1e4, 1e5, 1e6, 6e6});
    t.observer = observer;
    t.release = releases_of(t);
    const std::size_t species = 5, energies = 5;
    ExpectationLimits limits;
    limits.span = span;
    limits.minimum_age = minimum_age;
    limits.small_scale_age = minimum_age;
    const Expectation expectation(t, law, limits);
    std::vector<Moments> moments;
    for (std::size_t e = 0; e < energies; ++e) moments.push_back(expectation(e));

    Selection selection;
    selection.minimum_age = minimum_age;
    const Catalogue catalogue(law, span, seed);
    DirectSum sum(t, selection);
    std::vector<Sample> density(species * energies), current(3 * species * energies),
        square(species * energies);
    std::vector<Sample> all(energies), all_planar(energies);
    for (int i = 0; i < realizations; ++i) {
        const Superposition one = sum.sum(catalogue, i);
        for (std::size_t e = 0; e < energies; ++e) {
            double total[3] = {0.0, 0.0, 0.0};
            for (std::size_t s = 0; s < species; ++s) {
                const std::size_t pair = s * energies + e;
                density[pair].add(one.density[pair]);
                double own = 0.0;
                for (std::size_t c = 0; c < 3; ++c) {
                    current[3 * pair + c].add(one.current[3 * pair + c]);
                    const double away = one.current[3 * pair + c] - moments[e].current[3 * s + c];
                    own += away * away;
                    total[c] += away;
                }
                square[pair].add(own);
            }
            all_planar[e].add(total[0] * total[0] + total[1] * total[1]);
            all[e].add(total[0] * total[0] + total[1] * total[1] + total[2] * total[2]);
        }
    }

    const SmallScaleIntegral integral(law, t.half_height, std::hypot(observer.x, observer.y), observer.z);
    for (std::size_t e = 0; e < energies; ++e) {
        SCOPED_TRACE(testing::Message() << t.energies[e] << " GeV");
        const double part = std::pow(moments[e].small_scale_planar / moments[e].small_scale, 2);
        EXPECT_LT(all[e].error(), 0.08 * all[e].mean());
        EXPECT_NEAR(all[e].mean(), moments[e].fluctuation_current, 4.0 * all[e].error());
        EXPECT_NEAR(all_planar[e].mean(), part * moments[e].fluctuation_current, 4.0 * all_planar[e].error());
        for (std::size_t s = 0; s < species; ++s) {
            SCOPED_TRACE(testing::Message() << t.nuclei[s].name);
            const std::size_t pair = s * energies + e;
            EXPECT_LT(density[pair].error(), 0.01 * density[pair].mean());
            EXPECT_NEAR(density[pair].mean(), moments[e].density[s], 4.0 * density[pair].error());
            for (std::size_t c = 0; c < 3; ++c) {
                EXPECT_NEAR(current[3 * pair + c].mean(), moments[e].current[3 * s + c],
                            4.0 * current[3 * pair + c].error())
                    << "component " << c;
            }
            std::vector<Emission> emissions;
            for (const ReleaseEntry& entry : t.release[s][e]) {
                emissions.push_back({t.diffusion_of(s, e), t.loss_rate_of(s, e), entry.delay, entry.yield});
            }
            EXPECT_NEAR(square[pair].mean(), integral(emissions, minimum_age, span).total(),
                        4.0 * square[pair].error());
        }
    }
}

Release bursts(const Transport& t) {
    return releases(t, false);
}

Release delays(const Transport& t) {
    return releases(t, true);
}

TEST(ExpectationAgainstEnsemble, BurstsAtTheSun) {
    compare(bursts, {sun_radius, 0.0, 0.0}, 21);
}

TEST(ExpectationAgainstEnsemble, DelayedReleasesAtTheSun) {
    compare(delays, {sun_radius, 0.0, 0.0}, 22);
}

TEST(ExpectationAgainstEnsemble, DelayedReleasesOffThePlane) {
    compare(delays, {3.0, -4.0, 0.3}, 23);
}

TEST(ExpectationAgainstEnsemble, ContinuousEscapeAtTheSun) {
    compare(escape, {sun_radius, 0.0, 0.0}, 24);
}

}  // namespace
}  // namespace greenhalo
