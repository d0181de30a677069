// What a textbook says about one source, or two.

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/superposition/direct_sum.h"
#include "support/instruction_sets.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

const std::vector<double> energies = log_energies(10.0, 1e9, 33);

TEST(IsolatedSource, AmplitudeIsThreeHalvesOfDistanceOverLightTravel) {
    on_every_isa([](Isa) {
        int checked = 0;
        for (const double half_height : {1.0, 4.0, 10.0}) {
            const Transport t = paper_transport(half_height, energies);
            for (const double age : {1e-4, 2e-3, 0.03, 0.4}) {
                for (const Source& source : {Source{8.3, 0.1, 0.05, age}, Source{7.5, -0.9, -0.2, age},
                                             Source{9.0, 2.0, 0.0, age}}) {
                    const Superposition s = DirectSum(t, Selection{}).sum(listed({source}));
                    const double dx = 8.5 - source.x, distance = std::hypot(dx, source.y, source.z);
                    for (std::size_t c = 0; c < s.density.size(); ++c) {
                        const double d = t.diffusion_of(c / energies.size(), c % energies.size());
                        if (d * age >= 0.02 * half_height * half_height || s.density[c] < 1e-250) continue;
                        const double* j = &s.current[3 * c];
                        const double amplitude = 3.0 / units::c * std::hypot(j[0], j[1], j[2]) / s.density[c];
                        const double expected = 3.0 * distance / (2.0 * units::c * age);
                        ASSERT_NEAR(amplitude / expected, 1.0, 1e-12);
                        // J points away from the source
                        ASSERT_NEAR((j[0] * dx - j[1] * source.y - j[2] * source.z) /
                                        (std::hypot(j[0], j[1], j[2]) * distance),
                                    1.0, 1e-12);
                        ++checked;
                    }
                }
            }
        }
        EXPECT_GT(checked, 1000);
    });
}

TEST(IsolatedSource, TwoMirroredSourcesCancel) {
    on_every_isa([](Isa) {
        for (const double half_height : {1.0, 4.0}) {
            const Transport t = paper_transport(half_height, energies);
            for (const double age : {1e-3, 0.1, 3.0, 50.0}) {
                const Superposition one = DirectSum(t, Selection{}).sum(listed({{7.9, 0.3, 0.1, age}}));
                const Superposition two =
                    DirectSum(t, Selection{}).sum(listed({{7.9, 0.3, 0.1, age}, {9.1, -0.3, -0.1, age}}));
                for (std::size_t c = 0; c < one.density.size(); ++c) {
                    ASSERT_NEAR(two.density[c], 2.0 * one.density[c], 4e-13 * one.density[c]);
                    for (std::size_t i = 0; i < 3; ++i) {
                        ASSERT_LE(std::abs(two.current[3 * c + i]), 4e-13 * std::abs(one.current[3 * c + i]));
                    }
                }
            }
        }
    });
}

TEST(IsolatedSource, AYearOldOneFarAwayIsNotSeen) {
    on_every_isa([](Isa) {
        const Superposition s =
            DirectSum(paper_transport(4.0, energies), Selection{}).sum(listed({{0.5, 0.0, 0.0, year}}));
        for (const double n : s.density) ASSERT_EQ(n, 0.0);
        for (const double j : s.current) ASSERT_EQ(j, 0.0);
    });
}

TEST(IsolatedSource, GivesTheDensityOfFreeSpace) {
    // (4 pi D tau)^(-3/2) exp(-d^2/(4 D tau)) of protons at 3 GV, where D is 5.32e28 cm^2/s
    Transport t = paper_transport(4.0, {3.0});
    const double d = 5.32e28 * units::cm2_per_s, age = 0.1;
    const Superposition s = DirectSum(t, Selection{}).sum(listed({{8.4, 0.0, 0.0, age}}));
    EXPECT_NEAR(
        s.density[0] / (std::pow(4.0 * units::pi * d * age, -1.5) * std::exp(-0.01 / (4.0 * d * age))), 1.0,
        1e-13);
}

}  // namespace

}  // namespace greenhalo::test
