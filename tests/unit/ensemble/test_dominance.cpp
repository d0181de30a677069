#include "greenhalo/ensemble/dominance.h"

#include <gtest/gtest.h>

#include <cmath>

namespace greenhalo {
namespace {

TEST(Dominance, describes_a_source_by_hand) {
    // two groups, two energies; nothing at the second
    Superposition all;
    all.density = {3.0, 0.0, 1.0, 0.0};
    all.current = {1, 0, 0, 0, 0, 0, 1, 2, -1, 0, 0, 0};
    std::vector<DominantSource> sources(2);
    sources[0].exists = true;
    sources[0].place = {8.0, -0.4, 0.3};
    sources[0].age = 0.25;
    sources[0].listed = 4;
    sources[0].density = 0.5;
    sources[0].current[1] = 6.0;
    // towards the centre by 0.5, towards rotation by 0.4, up by 0.3
    const Dominance d = describe_dominance(sources, all, {8.5, 0.0, 0.0});
    EXPECT_NEAR(d.distance[0], std::sqrt(0.5), 1e-15);
    EXPECT_NEAR(d.age[0], 250000.0, 1e-9);
    EXPECT_NEAR(d.longitude[0], std::atan2(0.4, 0.5) * 180.0 / 3.141592653589793, 1e-12);
    EXPECT_NEAR(d.latitude[0], std::asin(0.3 / std::sqrt(0.5)) * 180.0 / 3.141592653589793, 1e-12);
    EXPECT_NEAR(d.share_current[0], 6.0 / 3.0, 1e-15);
    EXPECT_NEAR(d.share_density[0], 0.5 / 4.0, 1e-15);
    EXPECT_EQ(d.listed[0], 4.0);
    for (const auto& values :
         {d.distance, d.age, d.longitude, d.latitude, d.share_current, d.share_density, d.listed}) {
        ASSERT_EQ(values.size(), 2U);
        EXPECT_TRUE(std::isnan(values[1]));
    }
}

}  // namespace
}  // namespace greenhalo
