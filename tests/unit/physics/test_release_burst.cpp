#include "greenhalo/physics/release_burst.h"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "support/models.h"

namespace greenhalo::test {

namespace {

const Nucleus proton = five_groups()[0], iron = five_groups()[4];

/// Integral of E N(E) from E0 on.
double energy_content(const BurstSpectrum& s, const Nucleus& nucleus) {
    const auto per_log_energy = [&](double log_energy) {
        const double e = std::exp(log_energy);
        return e * e * s.yield(nucleus, e);
    };
    const double low = std::log(s.reference_energy * nucleus.charge),
                 cut = std::log(s.max_energy * nucleus.charge);
    using Rule = boost::math::quadrature::gauss_kronrod<double, 61>;
    return Rule::integrate(per_log_energy, low, cut, 10, 1e-12) +
           Rule::integrate(per_log_energy, cut, cut + 5.0, 10, 1e-12);
}

TEST(BurstSpectrum, FollowsItsPowerLawAndCut) {
    const BurstSpectrum s;
    EXPECT_DOUBLE_EQ(s.slope(), 2.67 - 1.0 / 3);
    const double ratio = s.yield(proton, 2e3) / s.yield(proton, 1e3);
    EXPECT_NEAR(ratio, std::pow(2.0, -(2.67 - 1.0 / 3)) * std::exp(-1e3 / 6e6), 1e-14);
    const double cut = s.yield(proton, 6e7) / s.yield(proton, 6e6);
    EXPECT_NEAR(cut / (std::pow(10.0, -(2.67 - 1.0 / 3)) * std::exp(-9.0)), 1.0, 1e-13);
}

TEST(BurstSpectrum, NucleiAreProtonsAtEqualRigidity) {
    // K/E0^2 brings Z^-2: E0 and Emax scale with the charge
    const BurstSpectrum s;
    for (const double rigidity : {1e3, 1e5, 1e7}) {
        EXPECT_NEAR(26.0 * 26.0 * s.yield(iron, 26.0 * rigidity) / s.yield(proton, rigidity), 1.0, 1e-13);
    }
}

TEST(BurstSpectrum, ExponentialCutHoldsALittleLessEnergyThanTheSharpOne) {
    // 0.2 % for the slope 2.337, 2.3 % for 2.07
    BurstSpectrum steep, flat;
    flat.diffusion_slope = 0.6;
    for (const Nucleus& nucleus : {proton, iron}) {
        EXPECT_NEAR(1.0 - energy_content(steep, nucleus), 0.0019, 5e-5);
        EXPECT_NEAR(1.0 - energy_content(flat, nucleus), 0.0230, 5e-5);
    }
}

TEST(BurstSpectrum, SharplyCutSpectrumHoldsTheWholeEnergy) {
    // without the exponential: the yield at E times exp(E/Emax), integrated from E0 to Emax
    const BurstSpectrum s;
    const auto per_log_energy = [&](double log_energy) {
        const double e = std::exp(log_energy);
        return e * e * s.yield(proton, e) * std::exp(e / s.max_energy);
    };
    const double total = boost::math::quadrature::gauss_kronrod<double, 61>::integrate(
        per_log_energy, 0.0, std::log(6e6), 10, 1e-12);
    EXPECT_NEAR(total, 1.0, 1e-11);
}

TEST(BurstSpectrum, IsRegularWhereTheSlopeIsTwo) {
    BurstSpectrum s;
    s.observed_slope = 2.5;
    s.diffusion_slope = 0.5;
    ASSERT_EQ(s.slope(), 2.0);
    const double at_two = s.yield(proton, 1e3);
    EXPECT_NEAR(at_two, 1e-6 / std::log(6e6) * std::exp(-1e3 / 6e6), 1e-20);
    for (const double offset : {-1e-3, -1e-9, -1e-13, 1e-13, 1e-9, 1e-3}) {
        s.observed_slope = 2.5 + offset;
        EXPECT_NEAR(s.yield(proton, 1e3) / at_two, 1.0, 10.0 * std::abs(offset) + 1e-14) << offset;
    }
}

TEST(BurstSpectrum, IsOneEntryWithoutDelay) {
    const BurstSpectrum s;
    for (const double energy : {1e3, 1e6, 1e9}) {
        const auto entries = s.entries(iron, energy);
        ASSERT_EQ(entries.size(), 1u);
        EXPECT_EQ(entries[0].delay, 0.0);
        EXPECT_EQ(entries[0].yield, s.yield(iron, energy));
    }
    EXPECT_EQ(s.energy_in_group(iron), 1.0);
}

}  // namespace

}  // namespace greenhalo::test
