#include "greenhalo/grid/medium.h"

#include <gtest/gtest.h>

#include "greenhalo/base/error.h"

namespace greenhalo {
namespace {

TEST(Medium, MeansOverHeights) {
    const Medium medium({{1.0, 2.0, 0.3}, {4.0, 6.0, 0.0}});
    EXPECT_EQ(medium.half_height(), 4.0);
    EXPECT_DOUBLE_EQ(medium.mean_diffusion(0.0, 0.5), 2.0);
    EXPECT_DOUBLE_EQ(medium.mean_diffusion(0.5, 1.5), 4.0);
    EXPECT_DOUBLE_EQ(medium.diffusion_across(0.5, 1.5), 3.0);  // harmonic
    EXPECT_DOUBLE_EQ(medium.mean_loss_rate(0.0, 4.0), 0.075);
    // the same below the disc, and across it
    EXPECT_DOUBLE_EQ(medium.mean_diffusion(-1.5, -0.5), 4.0);
    EXPECT_DOUBLE_EQ(medium.mean_loss_rate(-2.0, 1.0), 0.2);
    EXPECT_DOUBLE_EQ(medium.diffusion_across(-1e-9, 1e-9), 2.0);
}

TEST(Medium, RefusesWhatIsNoHalo) {
    EXPECT_THROW(Medium({}), InputError);
    EXPECT_THROW(Medium({{2.0, 1.0, 0.0}, {1.0, 1.0, 0.0}}), InputError);
    EXPECT_THROW(Medium({{2.0, 0.0, 0.0}}), InputError);
    EXPECT_THROW(Medium({{2.0, 1.0, -0.1}}), InputError);
}

}  // namespace
}  // namespace greenhalo
