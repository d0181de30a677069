// What can be told beforehand of grids for smooth sources.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "greenhalo/base/units.h"
#include "greenhalo/validation/sides.h"
#include "greenhalo/validation/smooth_sources.h"

namespace greenhalo {
namespace {

std::string coarseness_of(const SmoothProblem& p, int cells, const Rates& rates = {1.0, 0.0}) {
    return coarseness(p, cylindrical_domain(p, cells), cylindrical_domain(p, cells / 2), {rates}, 3e-3).why;
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

SmoothProblem disc(double radius) {
    SmoothProblem p;
    p.law.model = SourceModel::uniform_disc;
    p.law.disc_radius = radius;
    return p;
}

TEST(SmoothResolution, SlowestDecay) {
    const double uniform = 0.5 * units::pi / 4.0;
    EXPECT_NEAR(slowest_decay(Medium::uniform(4.0, 1.3, 0.0)), uniform, 1e-12);
    EXPECT_NEAR(slowest_decay(Medium::uniform(4.0, 2.0, 0.5)), std::hypot(uniform, 0.5), 1e-12);
    // an inner zone that leaks through a layer of much smaller D: what flows out is D n/(H - h), of D' h n inside
    const double leak = std::sqrt(1e-4 / 3.0);
    EXPECT_NEAR(slowest_decay(Medium({{1.0, 1.0, 0.0}, {4.0, 1e-4, 0.0}})) / leak, 1.0, 1e-3);
}

TEST(SmoothResolution, SidesAreFarEnoughForTheSlowestDecay) {
    SmoothProblem p;
    const double share = 2e-3;
    EXPECT_NEAR(std::exp(-0.5 * units::pi / 4.0 * (least_side(p, share) - p.radius)), share, 1e-12);
    const double uniform = least_side(p, share);
    p.medium = Medium({{1.0, 1.0, 5.0}, {4.0, 0.01, 5.0}});  // without the losses, which hydrogen does not have
    EXPECT_GT(least_side(p, share), 2.0 * uniform);
    EXPECT_GT(least_side(disc(30.0), share), 30.0);
}

TEST(SmoothResolution, SpacingAtTheObserver) {
    SmoothProblem p;
    EXPECT_EQ(coarseness_of(p, 192), "");
    p.side = 1000.0;
    EXPECT_TRUE(says(coarseness_of(p, 192), "2.6 kpc apart at the observer"));
    p.side = 40.0;
    p.radius = 0.03;
    EXPECT_TRUE(says(coarseness_of(p, 192), "0.03 kpc from the Galactic centre"));
}

TEST(SmoothResolution, AnEdgeOfTheDiscFarAwayOrNear) {
    SmoothProblem p = disc(15.0);
    EXPECT_EQ(coarseness_of(p, 192), "");
    EXPECT_TRUE(says(coarseness_of(disc(25.0), 96), "comes from the edge of the disc at 25 kpc"));
    EXPECT_TRUE(says(coarseness_of(p, 192, {1.0, 2.0}), "edge of the disc"));  // losses make the decay faster
    p.medium = Medium::uniform(1.0, 1.0, 1.0);
    EXPECT_TRUE(says(coarseness_of(p, 192), "edge of the disc"));
    EXPECT_TRUE(says(coarseness_of(disc(8.7), 192), "edge of the disc"));
    EXPECT_TRUE(says(coarseness_of(disc(8.5), 192), "the observer is at the edge"));
}

TEST(SmoothResolution, AnObserverAmongNodesOnBothSidesOfAJump) {
    SmoothProblem p;
    p.medium = Medium({{1.0, 1.0, 0.0}, {4.0, 3.0, 0.0}});
    for (const double z : {1.0, -1.0, 0.95, 1.05}) {
        p.height = z;
        EXPECT_TRUE(says(coarseness_of(p, 192), "nodes on both sides of 1 kpc")) << z;
    }
    p.height = 0.8;
    EXPECT_EQ(coarseness_of(p, 192), "");
    p.medium = Medium({{1.0, 1.0, 0.0}, {4.0, 1.0, 0.0}});  // where nothing jumps nothing is refused
    p.height = 1.0;
    EXPECT_EQ(coarseness_of(p, 192), "");
    p.law.scale_height = 0.0;
    p.height = 0.01;
    EXPECT_TRUE(says(coarseness_of(p, 192), "both sides of 0 kpc"));
    p.height = 0.0;
    EXPECT_EQ(coarseness_of(p, 192), "");
}

TEST(SmoothResolution, AnObserverAmongNodesTooFewForTheDisc) {
    SmoothProblem p;
    p.height = 0.02;
    EXPECT_EQ(coarseness_of(p, 192), "");  // ten nodes in the scale height
    EXPECT_TRUE(says(coarseness_of(p, 96), "both sides of 0 kpc"));
}

TEST(SmoothResolution, AThinZoneOfAnotherD) {
    SmoothProblem p;
    p.medium = Medium({{3.97, 1.0, 0.0}, {4.0, 0.01, 0.0}});
    EXPECT_TRUE(says(coarseness_of(p, 192), "the zone from 3.97 to 4 kpc"));
    p.medium = Medium({{0.01, 1.0, 0.0}, {4.0, 3.0, 0.0}});
    EXPECT_TRUE(says(coarseness_of(p, 192), "the zone from 0 to 0.01 kpc"));
    p.medium = Medium({{0.01, 1.0, 3.0}, {4.0, 1.0, 0.0}});  // of losses only the mean matters
    EXPECT_EQ(coarseness_of(p, 192), "");
}

TEST(SmoothResolution, AnObserverInFrontOfASide) {
    SmoothProblem p;
    p.side = 8.52;
    EXPECT_TRUE(says(coarseness_of(p, 192), "beyond the absorbing side at 8.52 kpc"));
    p.side = 9.0;
    EXPECT_EQ(coarseness_of(p, 192), "");
    p.side = 12.5;
    p.radius = 12.0;
    p.medium = Medium::uniform(0.5, 1.0, 0.0);
    EXPECT_TRUE(says(coarseness_of(p, 56), "kpc apart at the observer"));
    EXPECT_EQ(coarseness_of(p, 192), "");
}

}  // namespace
}  // namespace greenhalo
