#include "greenhalo/ensemble/tail_index.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ensemble/mass_around.h"
#include "greenhalo/superposition/dominant.h"
#include "support/models.h"

namespace greenhalo::test {
namespace {

Transport protons(double half_height, double energy = 1e3) {
    Transport t = paper_transport(half_height, {energy});
    t.nuclei.resize(1);
    t.release.resize(1);
    return t;
}

SourceLaw cylindrical(double scale_height) {
    SourceLaw law;
    law.scale_height = scale_height;
    return law;
}

double index_of(double scale_height, Contribution what, double probability, const Selection& selection = {}) {
    return SourceTail(protons(4.0), cylindrical(scale_height), selection, 80.0).index(0, what, probability);
}

TEST(SourceTail, ThePapersDiscAt1TV) {
    EXPECT_NEAR(index_of(0.1, Contribution::density, 1e-2), 1.54, 0.01);
    EXPECT_NEAR(index_of(0.1, Contribution::density, 1e-3), 1.58, 0.01);
    EXPECT_NEAR(index_of(0.1, Contribution::current, 1e-2), 1.14, 0.01);
    EXPECT_NEAR(index_of(0.1, Contribution::current, 1e-3), 1.17, 0.01);
}

TEST(SourceTail, LimitsOfThinAndThickDiscs) {
    for (const double p : {1e-2, 1e-6}) {
        EXPECT_NEAR(index_of(0.0, Contribution::density, p), 4.0 / 3.0, 2e-3) << p;
        EXPECT_NEAR(index_of(0.0, Contribution::current, p), 1.0, 2e-3) << p;
    }
    // so close that the disc is thick
    EXPECT_NEAR(index_of(0.5, Contribution::density, 1e-12), 5.0 / 3.0, 4e-3);
    EXPECT_NEAR(index_of(0.5, Contribution::current, 1e-12), 5.0 / 4.0, 4e-3);
}

TEST(SourceTail, CausalityCutsTheTail) {
    // within tau_c = 4D/c^2 sources farther than light are missing: 2 and 2 thin, 8/3 and 8/3 thick
    Selection causal;
    causal.causal = true;
    for (const Contribution what : {Contribution::density, Contribution::current}) {
        EXPECT_NEAR(index_of(0.0, what, 1e-14, causal), 2.0, 0.02);
        EXPECT_NEAR(index_of(0.5, what, 1e-20, causal), 8.0 / 3.0, 0.03);
        // and where they are older it changes nothing
        EXPECT_NEAR(index_of(0.1, what, 1e-2, causal), index_of(0.1, what, 1e-2), 1e-2);
    }
}

TEST(SourceTail, ThinDiscIsKnownInClosedForm) {
    // N R f pi over the ages: rho^2 < q ln(A/X), A = (pi q)^(-3/2): N = pi f R 4D tau_x^2 (3/8), (4 pi D
    // tau_x)^(3/2) X = 1
    SourceLaw law = cylindrical(0.0);
    law.model = SourceModel::uniform_disc;
    Transport t = protons(4.0);
    t.observer = {};
    const SourceTail tail(t, law, {}, 80.0);
    const double d = t.diffusion_of(0, 0), f = 1.0 / (units::pi * 225.0);
    for (const double threshold : {1e2, 1e4, 1e7}) {
        const double oldest = std::pow(threshold, -2.0 / 3.0) / (4.0 * units::pi * d);
        const double expected = law.rate * f * units::pi * 4.0 * d * oldest * oldest * 3.0 / 8.0;
        EXPECT_NEAR(tail.count(0, Contribution::density, threshold) / expected, 1.0, 1e-4) << threshold;
        // the planar current is a Cauchy vector: count -> s/X, s = R/(8 pi R_d^2)
        const double s = law.rate / (8.0 * units::pi * 225.0);
        EXPECT_NEAR(tail.count(0, Contribution::current, threshold) / (s / threshold), 1.0, 2e-3)
            << threshold;
    }
    EXPECT_EQ(tail.count(0, Contribution::density, 1e300), 0.0);
}

/// Counts the sources of drawn catalogues one by one.
void compare_with_catalogues(const Transport& t, const SourceLaw& law, const Selection& selection,
                             double span) {
    constexpr int realizations = 60;
    const SourceTail tail(t, law, selection, span);
    const Catalogue catalogue(law, span, 9);
    std::vector<double> density, current;
    for (int i = 0; i < realizations; ++i) {
        for (const Source& s : sources_of(catalogue, i)) {
            const double distance = std::hypot(s.x - t.observer.x, s.y - t.observer.y, s.z - t.observer.z);
            if (std::abs(s.z) >= t.half_height || distance < selection.minimum_distance) continue;
            if (distance < selection.exclude_distance && s.age < selection.exclude_age) continue;
            const DominantSource c = contribution_of_source(t, selection, 0, {s.x, s.y, s.z}, s.age, 1.0);
            density.push_back(c.density);
            current.push_back(std::hypot(c.current[0], c.current[1], c.current[2]));
        }
    }
    for (auto* values : {&density, &current}) {
        std::sort(values->begin(), values->end());
        const Contribution what = values == &density ? Contribution::density : Contribution::current;
        for (const std::size_t above : {300UL, 3000UL}) {
            ASSERT_GT(values->size(), 2 * above);
            const double threshold = (*values)[values->size() - above];
            const double expected = realizations * tail.count(0, what, threshold);
            EXPECT_NEAR(static_cast<double>(above) / expected, 1.0,
                        3.5 / std::sqrt(static_cast<double>(above)))
                << "current " << (what == Contribution::current) << ", " << above;
        }
    }
}

TEST(SourceTail, CountsAreThoseOfDrawnCatalogues) {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.rate = 400.0;
    law.disc_radius = 5.0;
    law.scale_height = 0.2;
    Transport t = paper_transport(1.0, {1e5});
    for (const double z : {0.0, 0.3, -0.8}) {
        SCOPED_TRACE(z);
        t.observer = {4.5, 0.0, z};
        compare_with_catalogues(t, law, {}, 4.0);
    }
    // delays that take turns, and everything a selection leaves out
    for (std::size_t s = 0; s < 5; ++s) t.release[s][0] = {{0.02 * static_cast<double>(s), 1.0}, {0.3, 0.5}};
    compare_with_catalogues(t, law, {}, 4.0);
    Selection selection;
    selection.minimum_age = 0.03;
    selection.minimum_distance = 0.9;
    selection.causal = true;
    selection.exclude_distance = 1.6;
    selection.exclude_age = 0.5;
    t.observer.z = 0.1;
    compare_with_catalogues(t, law, selection, 4.0);
    SourceLaw smooth;
    smooth.rate = 2000.0;
    t.observer = {8.5, 0.0, 0.0};
    compare_with_catalogues(t, smooth, {}, 1.0);
}

TEST(SourceTail, NothingReleasedHasNoTail) {
    Transport t = protons(4.0);
    t.release[0][0].clear();
    const SourceTail tail(t, cylindrical(0.1), {}, 80.0);
    EXPECT_EQ(tail.count(0, Contribution::density, 1.0), 0.0);
    EXPECT_TRUE(std::isnan(tail.index(0, Contribution::density, 1e-2)));
}

TEST(SourceTail, WhereSourcesAreTooFewThereIsNone) {
    // all sources together are fewer than the probability asks for
    EXPECT_TRUE(std::isnan(
        SourceTail(protons(4.0), cylindrical(0.1), {}, 1e-7).index(0, Contribution::current, 1e-2)));
}

TEST(MassAround, IsTheShareWithinADistance) {
    SourceLaw disc;
    disc.model = SourceModel::uniform_disc;
    const MassAround inside(disc, 3.0), outside(disc, 16.0);
    EXPECT_NEAR(inside(7.0), 49.0 / 225.0, 1e-12);
    EXPECT_NEAR(inside(19.0), 1.0, 1e-6);
    EXPECT_EQ(outside(0.9), 0.0);
    EXPECT_NEAR(outside(35.0), 1.0, 1e-6);
    // two circles of radius R whose centres are R apart share 2/3 - sqrt(3)/(2 pi) of each
    EXPECT_NEAR(MassAround(disc, 15.0)(15.0), 2.0 / 3.0 - std::sqrt(3.0) / (2.0 * units::pi), 1e-5);

    const SourceLaw law;
    const MassAround at_sun(law, 8.5), centre(law, 0.0);
    EXPECT_NEAR(at_sun(0.1) / (units::pi * 0.01 * 1.670592e-3), 1.0, 1e-4);
    EXPECT_GT(at_sun(48.0), 0.9999);
    EXPECT_LE(at_sun(48.0), 1.0);
    // Gamma(4): 1 - exp(-x)(1 + x + x^2/2 + x^3/6)
    const double x = radial_slope * 10.0 / 8.5;
    EXPECT_NEAR(centre(10.0), 1.0 - std::exp(-x) * (1.0 + x + x * x / 2.0 + x * x * x / 6.0), 1e-5);
}

}  // namespace
}  // namespace greenhalo::test
