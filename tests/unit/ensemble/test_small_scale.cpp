#include "greenhalo/ensemble/small_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ensemble/gauss_rule.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"
#include "greenhalo/physics/green_function.h"
#include "support/models.h"

namespace greenhalo {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();
constexpr double rigidity = 1e3;  // GV

SourceLaw thin_disc() {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.scale_height = 0.0;
    return law;
}

TEST(SmallScale, HomogeneousThinDiscFollowsEquation3_9) {
    const SourceLaw law = thin_disc();
    for (const double h : {1.0, 2.0}) {
        const double d = test::paper_diffusion(h)(rigidity);
        const SmallScaleIntegral integral(law, h, 0.0, 0.0);
        for (const auto& [ratio, validity] :
             {std::pair{10.0, 6.1e-2}, std::pair{100.0, 6.1e-4}, std::pair{1000.0, 6.1e-6}}) {
            const double youngest = h * h / (d * ratio);
            const SmallScaleCurrent square = integral({{d, 0.0, 0.0, 3.0}}, youngest, forever);
            const double pi3 = std::pow(units::pi, 3), radius2 = law.disc_radius * law.disc_radius;
            const double formula = law.rate * 9.0 / (128.0 * pi3 * d * youngest * youngest * radius2);
            EXPECT_NEAR(square.planar / formula, 1.0, validity) << "H = " << h << ", " << ratio;
            EXPECT_GT(std::abs(square.planar / formula - 1.0), 0.9 * validity) << "the formula is not exact";
            EXPECT_LT(square.vertical, 1e-25 * square.planar);
        }
    }
}

TEST(SmallScale, ScalesWithRateAndYield) {
    SourceLaw law;
    const SmallScaleIntegral one(law, 4.0, sun_radius, 0.0);
    law.rate *= 3.0;
    const SmallScaleIntegral three(law, 4.0, sun_radius, 0.0);
    const double base = one({{1.2, 0.01, 0.0, 1.0}}, 0.03, forever).total();
    EXPECT_NEAR(three({{1.2, 0.01, 0.0, 5.0}}, 0.03, forever).total() / base, 75.0, 1e-10);
    // halves released together are one release; a group that releases nothing changes nothing
    EXPECT_NEAR(one({{1.2, 0.01, 0.0, 0.25}, {1.2, 0.01, 0.0, 0.75}}, 0.03, forever).total() / base, 1.0,
                1e-10);
    EXPECT_EQ(one({{1.2, 0.01, 0.0, 1.0}, {9.0, 0.0, 0.5, 0.0}}, 0.03, forever).total(), base);
    EXPECT_EQ(one({}, 0.03, forever).total(), 0.0);
}

TEST(SmallScale, DelayOfEverythingOnlyShiftsTheSpan) {
    const SourceLaw law;
    const SmallScaleIntegral integral(law, 1.0, sun_radius, 0.1);
    const auto at = [&](double delay, double span) {
        return integral({{0.3, 0.02, delay, 1.0}, {0.7, 0.05, delay, 2.0}}, 0.05, span).total();
    };
    EXPECT_NEAR(at(0.4, forever) / at(0.0, forever), 1.0, 1e-12);
    EXPECT_NEAR(at(0.4, 1.0) / at(0.0, 0.6), 1.0, 1e-9);
    EXPECT_LT(at(0.4, 1.0), 0.999999 * at(0.0, 1.0));
    EXPECT_EQ(at(0.4, 0.45), 0.0);
}

TEST(SmallScale, SpansAddUp) {
    // the steady value from a later minimum age is what the sources between the two ages leave
    const SourceLaw law;
    for (const double height : {0.0, 0.6}) {
        const SmallScaleIntegral integral(law, 1.0, 3.0, height);
        const std::vector<Emission> emission = {{0.4, 0.03, 0.0, 1.0}};
        const SmallScaleCurrent all = integral(emission, 0.05, forever),
                                young = integral(emission, 0.05, 0.3);
        const SmallScaleCurrent old = integral(emission, 0.3, forever);
        EXPECT_NEAR((young.planar + old.planar) / all.planar, 1.0, 1e-9);
        EXPECT_NEAR(young.vertical + old.vertical, all.vertical, 1e-9 * all.total());
    }
}

TEST(SmallScale, BothSidesOfTheDiscAreAlike) {
    const SourceLaw law;
    const std::vector<Emission> emissions = {{0.3, 0.0, 0.0, 1.0}, {0.6, 0.1, 0.02, 1.0}};
    const SmallScaleCurrent above = SmallScaleIntegral(law, 1.0, sun_radius, 0.4)(emissions, 0.05, 5.0);
    const SmallScaleCurrent below = SmallScaleIntegral(law, 1.0, sun_radius, -0.4)(emissions, 0.05, 5.0);
    EXPECT_NEAR(above.planar / below.planar, 1.0, 1e-12);
    EXPECT_NEAR(above.vertical / below.vertical, 1.0, 1e-12);
}

TEST(SmallScale, AgreesWithAPlainSumOverSources) {
    // |J|^2 of single sources from the Green function, on a grid in age, radius, azimuth and height: nothing
    // of the integral's own formula. Two emissions, one delayed; observer off the plane and off the centre.
    const SourceLaw law;
    const double h = 1.0, radius = 4.0, height = 0.3, youngest = 0.2, span = 3.0;
    const std::vector<Emission> emissions = {{0.3, 0.0, 0.0, 1.0}, {0.7, 0.2, 0.15, 2.0}};
    const SmallScaleCurrent integral = SmallScaleIntegral(law, h, radius, height)(emissions, youngest, span);
    double planar = 0.0, vertical = 0.0;

    const auto add_ring = [&](double age, double rho, double sources) {
        constexpr int layers = 320;  // equal shares of the height law, above and below the disc in turn
        for (int l = 0; l < layers; ++l) {
            const double depth = -law.scale_height * std::log((l / 2 + 0.5) / (layers / 2));
            const double z = l % 2 == 0 ? depth : -depth;
            double along = 0.0, across = 0.0;
            for (const Emission& e : emissions) {
                if (age - e.delay < youngest) continue;
                const auto g =
                    green_function<double>({rho, 0.0, height, z, age - e.delay, h, e.diffusion, e.loss_rate});
                along += e.yield * e.diffusion * g.gradient[0];
                across += e.yield * e.diffusion * g.gradient[2];
            }
            planar += sources / layers * along * along;
            vertical += sources / layers * across * across;
        }
    };
    const auto add_age = [&](double log_age, double log_weight) {
        const double age = std::exp(log_age);
        for_each_node(gauss_rule(40), 0.0, 4.5 * std::sqrt(4.0 * 0.7 * age), [&](double rho, double weight) {
            constexpr int sectors = 24;
            double f = 0.0;
            for (int k = 0; k < sectors; ++k) {
                const double angle = 2.0 * units::pi * (k + 0.5) / sectors;
                f += law.surface_density(std::hypot(radius + rho * std::cos(angle), rho * std::sin(angle)));
            }
            f *= 2.0 * units::pi / sectors;
            add_ring(age, rho, law.rate * log_weight * age * weight * rho * f);
        });
    };
    const double edges[] = {std::log(youngest), std::log(youngest + 0.15), std::log(span)};
    for (int part = 0; part < 2; ++part) for_each_node(gauss_rule(24), edges[part], edges[part + 1], add_age);

    EXPECT_NEAR(integral.planar / planar, 1.0, 5e-4);
    EXPECT_NEAR(integral.vertical / vertical, 1.0, 5e-4);
}

}  // namespace
}  // namespace greenhalo
