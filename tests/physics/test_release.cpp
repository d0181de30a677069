// What the release does to the field of a source: delays, causality and ages are those since the release.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>

#include "greenhalo/app/model.h"
#include "greenhalo/physics/green_function.h"
#include "greenhalo/physics/release_burst.h"
#include "greenhalo/physics/release_continuous.h"
#include "greenhalo/physics/release_quadrature.h"
#include "greenhalo/physics/release_table.h"
#include "greenhalo/superposition/direct_sum.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

const std::vector<double> ones(5, 1.0);

Transport transport_of(const ReleaseModel& model, const std::vector<double>& energies) {
    Transport t = paper_transport(4.0, energies);
    t.release = tabulate_release(model, t.nuclei, energies, ones);
    return t;
}

double largest_difference(const Superposition& a, const Superposition& b) {
    double worst = 0.0;
    for (std::size_t c = 0; c < a.density.size(); ++c) {
        worst = std::max(worst, std::abs(a.density[c] - b.density[c]) / b.density[c]);
        for (std::size_t i = 0; i < 3; ++i) {
            const double scale = std::hypot(b.current[3 * c], b.current[3 * c + 1], b.current[3 * c + 2]);
            worst = std::max(worst, std::abs(a.current[3 * c + i] - b.current[3 * c + i]) / scale);
        }
    }
    return worst;
}

/// Confinement (2.9): at the age t only particles of more than Emax(t) have left.
TEST(ReleaseFromARemnant, YoungSourceGivesExactlyZeroBelowTheLimitOfConfinement) {
    const ContinuousEscape escape;
    const std::vector<double> energies = log_energies(1.0, 1e6, 33);
    const Transport t = transport_of(escape, energies);
    for (const double age : {1e3 * year, 5e3 * year, 2e4 * year}) {
        const Superposition s = DirectSum(t, {}).sum(listed({{8.4, 0.0, 0.0, age}}));
        int held = 0, released = 0;
        for (std::size_t g = 0; g < t.nuclei.size(); ++g) {
            const double limit =
                t.nuclei[g].charge * 6e6 * std::pow(age / escape.sedov_time, -escape.alpha());
            for (std::size_t e = 0; e < energies.size(); ++e) {
                const std::size_t c = g * energies.size() + e;
                if (energies[e] < limit) {
                    EXPECT_EQ(s.density[c], 0.0);
                    EXPECT_EQ(s.current[3 * c], 0.0);
                    ++held;
                } else {
                    EXPECT_GT(s.density[c], 0.0);
                    ++released;
                }
            }
        }
        EXPECT_GT(held, 0);
        EXPECT_GT(released, 0);
    }
}

TEST(ReleaseFromARemnant, SourceBetweenTwoDelaysHasReleasedTheFirst) {
    Transport t = paper_transport(4.0, {1e4});
    Transport first = t, second = t;
    for (std::size_t g = 0; g < 5; ++g) {
        t.release[g][0] = {{0.02, 3.0}, {0.05, 1.0}};
        first.release[g][0] = {{0.02, 3.0}};
        second.release[g][0] = {{0.05, 1.0}};
    }
    const auto field = [](const Transport& transport, double age) {
        return DirectSum(transport, {}).sum(listed({{8.2, 0.1, 0.05, age}}));
    };
    EXPECT_EQ(field(t, 0.019).density[0], 0.0);
    EXPECT_EQ(field(t, 0.04).density, field(first, 0.04).density);
    EXPECT_EQ(field(second, 0.04).density[0], 0.0);
    const Superposition both = field(t, 0.07), a = field(first, 0.07), b = field(second, 0.07);
    for (std::size_t g = 0; g < 5; ++g)
        EXPECT_NEAR(both.density[g] / (a.density[g] + b.density[g]), 1.0, 1e-14);
}

TEST(ReleaseFromARemnant, DelayedSourceIsAYoungerOne) {
    const ContinuousEscape escape;
    Transport t = transport_of(escape, {1e4});
    Transport at_once = t;
    for (auto& group : at_once.release) group[0][0].delay = 0.0;
    for (const double age : {0.03, 0.3, 3.0, 30.0}) {
        const Superposition s = DirectSum(t, {}).sum(listed({{8.2, 0.1, 0.05, age}}));
        for (std::size_t g = 0; g < 5; ++g) {
            const double effective = age - t.release[g][0][0].delay;
            const Superposition young = DirectSum(at_once, {}).sum(listed({{8.2, 0.1, 0.05, effective}}));
            EXPECT_NEAR(s.density[g] / young.density[g], 1.0, 1e-11) << age;
            EXPECT_NEAR(s.current[3 * g] / young.current[3 * g], 1.0, 1e-11) << age;
        }
    }
}

/// Random sources: minimum age and causality mean the time since the release.
TEST(ReleaseFromARemnant, SelectionMeansEffectiveAges) {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.disc_radius = 15.0;
    law.rate = 2e4;
    const Catalogue catalogue(law, 0.2, 4);
    const std::vector<Source> sources = sources_of(catalogue, 0);
    Transport t = paper_transport(4.0, {1e5});
    constexpr double delay = 0.03;
    for (auto& group : t.release) group[0] = {{delay, 1.0}};
    Selection oldest;
    oldest.minimum_age = 0.05;
    Selection causal;
    causal.causal = true;
    for (const Selection& selection : {oldest, causal}) {
        std::vector<Source> kept;
        int between = 0;  // would count by their age since the explosion
        for (const Source& s : sources) {
            const double distance = std::hypot(s.x - 8.5, s.y, s.z), tau = s.age - delay;
            const auto counts = [&](double age) {
                return age >= selection.minimum_age && (!selection.causal || distance <= units::c * age);
            };
            if (tau > 0 && counts(tau)) kept.push_back(s);
            between += tau > 0 && counts(s.age) && !counts(tau);
        }
        EXPECT_GT(between, 100);
        const Superposition expected = DirectSum(t, {}).sum(listed(kept));
        EXPECT_LT(largest_difference(DirectSum(t, selection).sum(catalogue, 0), expected), 1e-11);
    }
}

/// Many groups and energies of one delay share a prepared tile; few use that of another delay.
TEST(ReleaseFromARemnant, SharedDelaysAndOwnOnesAgree) {
    SourceLaw law;
    law.rate = 2e3;
    const Catalogue catalogue(law, 2.0, 5);
    const std::vector<double> energies = log_energies(1e3, 1e8, 16);
    const auto with_delays = [](Transport t) {
        for (auto& group : t.release) {
            for (auto& entries : group) entries = {{0.002, 1.0}, {0.01, 2.0}, {0.03, 1.0}};
        }
        return t;
    };
    const Superposition shared = DirectSum(with_delays(paper_transport(4.0, energies)), {}).sum(catalogue, 0);
    for (std::size_t e = 0; e < energies.size(); ++e) {
        const Superposition own =
            DirectSum(with_delays(paper_transport(4.0, {energies[e]})), {}).sum(catalogue, 0);
        for (std::size_t g = 0; g < 5; ++g) {
            const std::size_t c = g * energies.size() + e;
            EXPECT_NEAR(shared.density[c] / own.density[g], 1.0, 1e-12);
            EXPECT_NEAR(shared.current[3 * c] / own.current[3 * g], 1.0, 1e-11);
        }
    }
}

/// A table whose pulses have the width 1e-3 t(E) against continuous escape, for a source of 20 kyr and older
/// ones: what is left is the width of the pulse, (1e-3)^2/12 of the second derivative.
TEST(ReleaseFromARemnant, TabulatedEscapeIsContinuousEscape) {
    const ContinuousEscape escape;
    const Nucleus proton = five_groups()[0];
    const std::vector<double> nodes = log_energies(1.0, 6e6, 30);
    constexpr double width = 1e-3;
    std::vector<double> times;
    for (const double e : nodes) {
        const double delay = escape.delay(proton, e) / year;
        times.insert(times.end(), {delay * (1 - width), delay, delay * (1 + width)});
    }
    std::sort(times.begin(), times.end());
    std::string text = "time_yr,energy_GeV,rate\n";
    for (const double time : times) {
        for (const double e : nodes) {
            const double centre = escape.delay(proton, e) / year;
            const double rate = std::max(0.0, 1 - std::abs(time / centre - 1) / width) / (centre * width);
            text += fmt::format("{},{},{}\n", time, e, escape.yield(proton, e) * rate);
        }
    }
    const TabulatedRelease table(text, "escape.csv");
    const std::vector<double> energies = log_energies(1e3, 5e6, 12);
    const Transport continuous = transport_of(escape, energies), tabulated = transport_of(table, energies);
    double worst = 0.0;
    for (const double age : {2e4 * year, 1e5 * year, 1e6 * year, 1e7 * year}) {
        const SourceBuffer source = listed({{8.1, 0.2, 0.05, age}});
        worst = std::max(worst, largest_difference(DirectSum(tabulated, {}).sum(source),
                                                   DirectSum(continuous, {}).sum(source)));
    }
    RecordProperty("worst_relative_error", fmt::format("{:.2e}", worst));
    EXPECT_LT(worst, 1e-5);
}

TEST(ReleaseFromARemnant, TableOfAnInstantIsABurst) {
    const BurstSpectrum burst;
    const Nucleus proton = five_groups()[0];
    const std::vector<double> energies = {1e3, 1e5, 1e7};
    std::string text;
    for (const double time : {0.0, 1e-6}) {
        for (const double charge : {1.0, 2.0, 7.0, 13.0, 26.0}) {
            for (const double e : energies)
                text += fmt::format("{},{},{}\n", time, e / charge, 1e6 * burst.yield(proton, e / charge));
        }
    }
    const TabulatedRelease table(text, "instant.csv");
    const Transport at_once = transport_of(burst, energies), tabulated = transport_of(table, energies);
    for (const double age : {1e3 * year, 1e5 * year, 1e7 * year}) {
        const SourceBuffer source = listed({{8.1, 0.2, 0.05, age}});
        EXPECT_LT(
            largest_difference(DirectSum(tabulated, {}).sum(source), DirectSum(at_once, {}).sum(source)),
            1e-7);
    }
}

/// The entries of a table against the integral over the release itself, for the density and the flow towards
/// x.
TEST(ReleaseFromARemnant, EntriesGiveTheIntegralOverTheRelease) {
    constexpr double duration = 3e4;  // yr, an even release
    const TabulatedRelease table("0,1e5,1\n3e4,1e5,1\n", "even.csv");
    const std::vector<double> energies = {1e5};
    Transport t = paper_transport(4.0, energies);
    t.nuclei = {t.nuclei[0]};
    t.release = tabulate_release(table, t.nuclei, energies, {1.0});
    const double d = t.diffusion_of(0, 0);
    struct Row {
        double distance, age, allowed;  // kpc, yr
    };
    // a source of less than 30 kyr is still releasing: there the entries are seen one by one by those very
    // near
    for (const Row& row :
         {Row{1.0, 1e4, 2e-3}, Row{1.0, 2.9e4, 1e-4}, Row{0.3, 3.3e4, 1e-4}, Row{0.3, 4e4, 1e-8},
          Row{1.0, 4e4, 1e-8}, Row{0.3, 1e5, 1e-12}, Row{3.0, 1e6, 1e-12}}) {
        const auto at = [&](double release_time) {
            const Propagation<double> p{row.distance, 0, 0, 0, (row.age - release_time) * year, 4.0, d, 0.0};
            return green_function(p).value;
        };
        const double exact = boost::math::quadrature::gauss_kronrod<double, 61>::integrate(
            at, 0.0, std::min(duration, row.age), 15, 1e-13);
        const Superposition s = DirectSum(t, {}).sum(listed({{8.5 - row.distance, 0, 0, row.age * year}}));
        EXPECT_NEAR(s.density[0] / exact, 1.0, row.allowed) << row.distance << " kpc, " << row.age << " yr";
        RecordProperty(fmt::format("error_{}_kpc_{}_yr", row.distance, row.age),
                       fmt::format("{:.1e}", s.density[0] / exact - 1.0));
    }
}

}  // namespace

}  // namespace greenhalo::test
