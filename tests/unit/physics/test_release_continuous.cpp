#include "greenhalo/physics/release_continuous.h"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "support/models.h"

namespace greenhalo::test {

namespace {

const Nucleus proton = five_groups()[0], iron = five_groups()[4];
const std::vector<double> lifetimes = {3e4 * year, 3e5 * year};

ContinuousEscape escape_over(double lifetime, double diffusion_slope = 1.0 / 3) {
    ContinuousEscape escape;
    escape.lifetime = lifetime;
    escape.diffusion_slope = diffusion_slope;
    return escape;
}

template <class Function>
double integral(Function f, double from, double to) {
    return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(f, from, to, 12, 1e-13);
}

TEST(ContinuousEscape, HasTheKnownDelays) {
    const ContinuousEscape a = escape_over(lifetimes[0]), b = escape_over(lifetimes[1]);
    EXPECT_NEAR(a.alpha(), 3.1148, 5e-5);
    EXPECT_NEAR(a.delay(proton, 1e3) / year, 3266, 0.5);
    EXPECT_NEAR(a.delay(iron, 1e3) / year, 9295, 0.5);
    EXPECT_NEAR(b.delay(proton, 1e3) / year, 11787, 0.5);
    EXPECT_NEAR(b.delay(iron, 1e3) / year, 54252, 0.5);
}

TEST(ContinuousEscape, LastsFromTheSedovTimeToTheLifetime) {
    for (const double lifetime : lifetimes) {
        const ContinuousEscape s = escape_over(lifetime);
        for (const Nucleus& nucleus : {proton, iron}) {
            EXPECT_NEAR(s.delay(nucleus, 6e6 * nucleus.charge) / (200 * year), 1.0, 1e-14);
            EXPECT_NEAR(s.delay(nucleus, nucleus.charge) / lifetime, 1.0, 1e-14);
        }
    }
}

TEST(ContinuousEscape, DelayDependsOnTheRigidityAlone) {
    const ContinuousEscape s;
    for (const double rigidity : {2.0, 1e3, 5e6}) {
        EXPECT_DOUBLE_EQ(s.delay(iron, 26 * rigidity), s.delay(proton, rigidity));
        EXPECT_NEAR(26.0 * 26.0 * s.yield(iron, 26 * rigidity) / s.yield(proton, rigidity), 1.0, 1e-13);
    }
}

TEST(ContinuousEscape, WindowIncludesItsEnds) {
    const ContinuousEscape s;
    for (const Nucleus& nucleus : {proton, iron}) {
        const double low = nucleus.charge, high = nucleus.charge * 6e6;
        for (const double energy : {low, std::nextafter(low, 0.0), high, std::nextafter(high, 1e99)}) {
            ASSERT_EQ(s.entries(nucleus, energy).size(), 1u) << energy;
            EXPECT_GT(s.entries(nucleus, energy)[0].yield, 0.0);
        }
        for (const double energy : {low * (1 - 1e-9), high * (1 + 1e-9), low / 10, high * 10}) {
            EXPECT_TRUE(s.entries(nucleus, energy).empty()) << energy;
            EXPECT_EQ(s.yield(nucleus, energy), 0.0);
        }
    }
}

TEST(ContinuousEscape, HoldsTheEnergyOfTheGroup) {
    for (const double delta : {1.0 / 3, 0.6, 0.67, 0.9}) {  // 0.67: slope 2, regular
        for (const Nucleus& nucleus : {proton, iron}) {
            const ContinuousEscape s = escape_over(lifetimes[0], delta);
            const double ends[2] = {std::log(nucleus.charge), std::log(nucleus.charge * 6e6)};
            const double content = integral(
                [&](double l) { return std::exp(2 * l) * s.yield(nucleus, std::exp(l)); }, ends[0], ends[1]);
            EXPECT_NEAR(content, 1.0, 1e-10) << delta;
        }
    }
}

TEST(ContinuousEscape, ShareOfEnergyIsThatOfThePrintedFormula) {
    for (const double lifetime : lifetimes) {
        const ContinuousEscape s = escape_over(lifetime);
        const double beta = s.alpha() * (2.67 - 1.0 / 3 - 2), ratio = lifetime / (200 * year);
        EXPECT_NEAR(s.beta(), beta, 1e-14);
        EXPECT_NEAR(s.share_of_energy() / (std::pow(1.2, 3) / beta * (std::pow(ratio, beta) - 1)), 1.0,
                    1e-13);
    }
}

/// (2.6): at the age t particles of the energy Emax(t) escape, with the luminosity L(t) = eta(t) (6/5)^3
/// eps/t, where the efficiency is eta0 (t/T_ST)^beta. Integrated over time, the line of a little width in
/// energy gives (2.7).
TEST(ContinuousEscape, TimeIntegralOfTheEscapingLineIsTheSpectrum) {
    for (const double lifetime : lifetimes) {
        const ContinuousEscape s = escape_over(lifetime);
        const double eta0_eps = 1.0 / s.share_of_energy();
        const double width = 1e-4;  // of the line, in ln E
        for (const double energy : {10.0, 1e3, 1e5, 3e6}) {
            const auto rate = [&](double log_time) {
                const double t = std::exp(log_time), ratio = t / s.sedov_time;
                const double luminosity = eta0_eps * std::pow(ratio, s.beta()) * std::pow(1.2, 3) / t;
                const double offset = (std::log(energy / 6e6) + s.alpha() * std::log(ratio)) / width;
                const double line =
                    std::exp(-0.5 * offset * offset) / (std::sqrt(2 * units::pi) * width * energy);
                return luminosity / energy * line * t;  // energy per time, to particles per GeV and ln t
            };
            const double centre = std::log(s.delay(proton, energy)), half = 12 * width / s.alpha();
            const double yield = integral(rate, centre - half, centre + half);
            EXPECT_NEAR(yield / s.yield(proton, energy), 1.0, 1e-6) << energy;
        }
    }
}

}  // namespace

}  // namespace greenhalo::test
