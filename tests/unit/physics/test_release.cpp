#include "greenhalo/physics/release.h"

#include <gtest/gtest.h>

#include "greenhalo/physics/release_burst.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

TEST(Release, HoldsEveryGroupAndEnergyTimesItsFactor) {
    const BurstSpectrum s;
    const std::vector<Nucleus> nuclei = {five_groups()[0], five_groups()[4]};
    const std::vector<double> energies = {1e3, 1e4, 1e5};
    const Release release = tabulate_release(s, nuclei, energies, {2.0, 7.0});
    ASSERT_EQ(release.size(), 2u);
    for (std::size_t g = 0; g < 2; ++g) {
        ASSERT_EQ(release[g].size(), 3u);
        for (std::size_t e = 0; e < 3; ++e) {
            ASSERT_EQ(release[g][e].size(), 1u);
            EXPECT_EQ(release[g][e][0].yield, s.yield(nuclei[g], energies[e]) * (g == 0 ? 2.0 : 7.0));
        }
    }
}

TEST(Release, TotalYield) {
    EXPECT_EQ(total_yield({}), 0.0);
    EXPECT_EQ(total_yield({{0.1, 3.0}, {0.2, 1.0}}), 4.0);
}

TEST(Release, UnitNormalizationKeepsProportionsAndSilence) {
    Release release = {{{{0.1, 3.0}, {0.2, 1.0}}, {}, {{0.0, 0.0}}, {{0.5, 1e-200}}}};
    normalize_to_unit(release);
    EXPECT_EQ(release[0][0][0].yield, 0.75);
    EXPECT_EQ(release[0][0][1].yield, 0.25);
    EXPECT_EQ(release[0][0][0].delay, 0.1);
    EXPECT_TRUE(release[0][1].empty());
    EXPECT_EQ(release[0][2][0].yield, 0.0);
    EXPECT_EQ(release[0][3][0].yield, 1.0);
}

}  // namespace

}  // namespace greenhalo::test
