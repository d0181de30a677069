#include "ensemble/plane_mean.h"

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {
namespace {

SourceLaw law_of(SourceModel model) {
    SourceLaw law;
    law.model = model;
    return law;
}

TEST(PlaneMean, HasClosedFormsAtTheCentreOfAUniformDisc) {
    const SourceLaw law = law_of(SourceModel::uniform_disc);
    const double f = law.surface_density(0.0);
    for (const double q : {1e-4, 0.3, 20.0, 3e3}) {
        const double s = law.disc_radius * law.disc_radius / q;
        const PlaneMean mean = plane_mean(law, q, 0.0);
        EXPECT_NEAR(mean.value / (f * -std::expm1(-s)), 1.0, 1e-12) << q;
        EXPECT_NEAR(mean.square / (f * (1.0 - (1.0 + s) * std::exp(-s))), 1.0, s < 0.1 ? 1e-10 : 1e-12) << q;
        EXPECT_EQ(mean.slope, 0.0);
    }
}

TEST(PlaneMean, AgreesWithAQuadratureOverThePlane) {
    const SourceLaw law = law_of(SourceModel::cylindrical);
    for (const double q : {0.05, 1.0, 30.0}) {
        for (const double radius : {0.0, 2.0, sun_radius}) {
            // polar coordinates around the observer, trapezoidal rules
            const int rings = 2000, sectors = 400;
            const double reach = 6.5 * std::sqrt(q), step = reach / rings;
            double value = 0.0, square = 0.0;
            for (int i = 0; i < rings; ++i) {
                const double rho = (i + 0.5) * step;
                double f = 0.0;
                for (int k = 0; k < sectors; ++k) {
                    const double angle = 2.0 * units::pi * (k + 0.5) / sectors;
                    f += law.surface_density(
                        std::hypot(radius + rho * std::cos(angle), rho * std::sin(angle)));
                }
                f *= 2.0 * units::pi / sectors;
                const double weight = step * rho * f * std::exp(-rho * rho / q) / (units::pi * q);
                value += weight;
                square += weight * rho * rho / q;
            }
            const PlaneMean mean = plane_mean(law, q, radius);
            EXPECT_NEAR(mean.value / value, 1.0, 2e-6) << q << " " << radius;
            EXPECT_NEAR(mean.square / square, 1.0, 2e-6) << q << " " << radius;
        }
    }
}

TEST(PlaneMean, DerivativesBelongToIt) {
    for (const SourceModel model : {SourceModel::cylindrical, SourceModel::uniform_disc}) {
        const SourceLaw law = law_of(model);
        for (const double radius : {1.0, sun_radius, 14.8}) {
            for (const double q : {0.2, 5.0, 200.0}) {
                const PlaneMean mean = plane_mean(law, q, radius);
                const double h = 1e-3 * std::sqrt(q);
                const double slope =
                    (plane_mean(law, q, radius + h).value - plane_mean(law, q, radius - h).value) / (2.0 * h);
                EXPECT_NEAR(mean.slope, slope, 1e-5 * mean.value / std::sqrt(q));
                // d(pi q value)/d(1/q) = -pi q (q square)
                const double e = 1e-4;
                const auto total = [&](double width) {
                    return units::pi * width * plane_mean(law, width, radius).value;
                };
                const double derivative = (total(q / (1.0 + e)) - total(q / (1.0 - e))) / (2.0 * e / q);
                EXPECT_NEAR(-derivative / (units::pi * q * q * mean.square), 1.0, 1e-7);
            }
        }
    }
}

TEST(PlaneMean, StaysAccurateForNarrowBells) {
    // to leading order f, f' and f; without cancellation where x = 2 r R/q is huge
    const SourceLaw law = law_of(SourceModel::cylindrical);
    const double f = law.surface_density(sun_radius);
    const double slope = f * (2.0 - radial_slope) / sun_radius;
    const PlaneMean mean = plane_mean(law, 1e-7, sun_radius);
    EXPECT_NEAR(mean.value / f, 1.0, 1e-8);
    EXPECT_NEAR(mean.square / f, 1.0, 1e-8);
    EXPECT_NEAR(mean.slope / slope, 1.0, 1e-6);
}

TEST(PlaneTable, AgreesWithTheQuadrature) {
    for (const SourceModel model : {SourceModel::cylindrical, SourceModel::uniform_disc}) {
        const SourceLaw law = law_of(model);
        for (const double radius : {0.0, sun_radius, 14.99}) {
            const PlaneTable table(law, radius);
            for (double q = 1e-5; q < 1e4; q *= 1.618) {
                const PlaneMean exact = plane_mean(law, q, radius), mean = table(q);
                EXPECT_NEAR(mean.value, exact.value, 1e-10 * exact.value) << q << " " << radius;
                EXPECT_NEAR(mean.slope, exact.slope, 1e-10 * exact.value / std::min(1.0, std::sqrt(q)));
                EXPECT_NEAR(mean.square, exact.square, 1e-10 * exact.square) << q << " " << radius;
            }
        }
    }
}

TEST(PlaneTable, DoesNotDependOnWhatItWasAsked) {
    const SourceLaw law = law_of(SourceModel::cylindrical);
    const PlaneTable used(law, sun_radius), fresh(law, sun_radius);
    for (double q = 1e-3; q < 1e3; q *= 1.3) used(q);
    EXPECT_EQ(used(0.77).value, fresh(0.77).value);
    EXPECT_EQ(used(std::exp(1.0)).value, fresh(std::exp(1.0)).value);
}

}  // namespace
}  // namespace greenhalo
