#include "greenhalo/galaxy/source_law.h"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo::test {

namespace {

double fraction_within(const SourceLaw& law, double radius) {
    return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(
        [&](double r) { return 2.0 * units::pi * r * law.surface_density(r); }, 0.0, radius, 12, 1e-14);
}

TEST(SourceLaw, DensityAtTheSun) {
    const SourceLaw law;
    EXPECT_NEAR(law.surface_density(sun_radius), 1.670592e-3, 5e-10);
    // (4.1): A = 0.120700 in units of R_sun^-2
    EXPECT_NEAR(law.surface_density(sun_radius) * sun_radius * sun_radius, 0.120700, 5e-7);
    EXPECT_NEAR(law.surface_density(17.0) / law.surface_density(8.5), 4.0 * std::exp(-3.53), 1e-14);
    EXPECT_EQ(law.surface_density(0.0), 0.0);
}

TEST(SourceLaw, IsNormalizedOverThePlane) {
    SourceLaw law;
    EXPECT_NEAR(fraction_within(law, law.outer_radius()), 1.0, 1e-12);
    law.model = SourceModel::uniform_disc;
    law.disc_radius = 7.0;
    EXPECT_EQ(law.outer_radius(), 7.0);
    EXPECT_NEAR(fraction_within(law, 7.0), 1.0, 1e-12);
    EXPECT_EQ(law.surface_density(7.1), 0.0);
    EXPECT_GT(law.surface_density(6.9), 0.0);
    law.model = SourceModel::none;
    EXPECT_EQ(law.surface_density(5.0), 0.0);
}

TEST(SourceLaw, AlmostNothingLiesBeyondTheOuterRadius) {
    // Gamma law of shape 4: Q(x) = e^-x (1 + x + x^2/2 + x^3/6)
    const double x = SourceLaw{}.outer_radius() / (sun_radius / radial_slope);
    EXPECT_LT(std::exp(-x) * (1.0 + x + x * x / 2.0 + x * x * x / 6.0), 1e-17);
}

TEST(SourceLaw, NamesGoBothWays) {
    EXPECT_EQ(source_model_from_name("none"), SourceModel::none);
    EXPECT_EQ(source_model_from_name("cylindrical"), SourceModel::cylindrical);
    EXPECT_EQ(source_model_from_name("uniform-disc"), SourceModel::uniform_disc);
    EXPECT_EQ(source_model_from_name("spiral"), SourceModel::spiral);
    EXPECT_EQ(arm_blur_from_name("one-sided"), ArmBlur::one_sided);
    EXPECT_EQ(arm_blur_from_name("symmetric"), ArmBlur::symmetric);
    EXPECT_THROW(arm_blur_from_name("both"), InputError);
    const auto& names = source_model_names();
    EXPECT_EQ(names.size(), static_cast<std::size_t>(source_model_count));
    for (std::size_t i = 0; i < names.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(source_model_from_name(names[i])), i);
    }
    EXPECT_THROW(source_model_from_name("cylinder"), InputError);
}

}  // namespace

}  // namespace greenhalo::test
