#include "app/ensemble_warnings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/physics/remnant.h"

namespace greenhalo {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(RealizationFlaws, an_amplitude_above_one_at_any_energy) {
    const double distance[] = {1.0, 1.0}, age[] = {1e4, 1e4}, random[] = {-1.0, -1.0};
    const double small[] = {0.1, 0.0, 0.0, 0.6, 0.6, 0.5};
    const double large[] = {0.1, 0.0, 0.0, 0.6, 0.6, 0.6};
    EXPECT_FALSE(flaws_of(small, distance, age, random, 2).above_one);
    EXPECT_TRUE(flaws_of(large, distance, age, random, 2).above_one);
}

TEST(RealizationFlaws, a_dominant_source_inside_its_remnant) {
    const double delta[] = {0.1, 0.0, 0.0, 0.1, 0.0, 0.0};
    const double age[] = {1e4, 1e6};
    const double radius = remnant_radius(0.01), largest = remnant_radius(1.0);
    const double outside[] = {1.001 * radius, 1.001 * largest}, inside[] = {1.0, 0.999 * largest};
    const double random[] = {-1.0, -1.0}, listed[] = {-1.0, 0.0};
    EXPECT_FALSE(flaws_of(delta, outside, age, random, 2).inside_random_remnant);
    EXPECT_TRUE(flaws_of(delta, inside, age, random, 2).inside_random_remnant);
    EXPECT_FALSE(flaws_of(delta, inside, age, random, 2).inside_listed_remnant);
    EXPECT_FALSE(flaws_of(delta, inside, age, listed, 2).inside_random_remnant);
    EXPECT_TRUE(flaws_of(delta, inside, age, listed, 2).inside_listed_remnant);
}

TEST(RealizationFlaws, nothing_that_does_not_exist) {
    const double delta[] = {nan, nan, nan}, none[] = {nan};
    const RealizationFlaws flaws = flaws_of(delta, none, none, none, 1);
    EXPECT_FALSE(flaws.above_one);
    EXPECT_FALSE(flaws.inside_random_remnant || flaws.inside_listed_remnant);
}

}  // namespace
}  // namespace greenhalo
