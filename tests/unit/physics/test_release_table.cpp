#include "greenhalo/physics/release_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "greenhalo/base/error.h"
#include "greenhalo/physics/release_continuous.h"
#include "support/models.h"
#include "unit/app/input_error.h"

namespace greenhalo::test {

namespace {

const Nucleus proton = five_groups()[0], iron = five_groups()[4];

std::string table_text(const std::vector<double>& times, const std::vector<double>& energies,
                       const std::function<double(double, double)>& rate, const std::string& group = "") {
    std::string text;
    for (const double t : times) {
        for (const double e : energies) text += fmt::format("{},{},{}{}\n", t, e, rate(t, e), group);
    }
    return text;
}

double mean_delay(const std::vector<ReleaseEntry>& entries) {
    double sum = 0.0;
    for (const auto& e : entries) sum += e.yield * e.delay;
    return sum / total_yield(entries);
}

TEST(TabulatedRelease, YieldAndDelaysAreTheIntegralsOverTime) {
    // a triangle of the area 0.5 * 300 * 4 with its centre of gravity at (100 + 200 + 400)/3 yr
    const TabulatedRelease table("100,1e3,0\n200,1e3,4\n400,1e3,0\n", "t.csv");
    const auto entries = table.entries(proton, 1e3);
    EXPECT_EQ(entries.size(), TabulatedRelease::entries_per_energy);
    EXPECT_NEAR(total_yield(entries), 600.0, 1e-10);
    EXPECT_NEAR(mean_delay(entries) / year, 700.0 / 3, 1e-10);
    double variance = 0.0;
    for (const auto& e : entries) variance += e.yield * std::pow(e.delay - mean_delay(entries), 2) / 600.0;
    EXPECT_NEAR(variance / (year * year), (1e4 + 4e4 + 16e4 - 2e4 - 4e4 - 8e4) / 18.0, 1e-7);
    for (const auto& e : entries) {
        EXPECT_GT(e.delay, 100 * year);
        EXPECT_LT(e.delay, 400 * year);
    }
}

TEST(TabulatedRelease, RowsByTimeOrByEnergyAreTheSame) {
    const TabulatedRelease by_time("0,1e3,1\n0,1e4,2\n5,1e3,3\n5,1e4,4\n", "t.csv");
    const TabulatedRelease by_energy("rate,time_yr,energy_GeV\n2,0,1e4\n4,5,1e4\n1,0,1e3\n3,5,1e3\n",
                                     "t.csv");
    for (const double e : {1e3, 3e3, 1e4}) {
        const auto first = by_time.entries(proton, e), second = by_energy.entries(proton, e);
        ASSERT_EQ(first.size(), second.size());
        for (std::size_t i = 0; i < first.size(); ++i) {
            EXPECT_EQ(first[i].delay, second[i].delay);
            EXPECT_EQ(first[i].yield, second[i].yield);
        }
    }
}

TEST(TabulatedRelease, PowerLawsAreExactBetweenEnergies) {
    const auto rate = [](double t, double e) { return std::pow(e, -2.3) * std::exp(-t / 1e3); };
    std::vector<double> times;
    for (int i = 0; i <= 40; ++i) times.push_back(100.0 * i);
    const TabulatedRelease table(table_text(times, {1e2, 1e4, 1e7}, rate), "t.csv");
    const auto at_node = table.entries(proton, 1e4), between = table.entries(proton, 3e5);
    ASSERT_EQ(between.size(), at_node.size());
    for (std::size_t i = 0; i < between.size(); ++i) {
        EXPECT_NEAR(between[i].delay / at_node[i].delay, 1.0, 1e-12);
        EXPECT_NEAR(between[i].yield / at_node[i].yield / std::pow(30.0, -2.3), 1.0, 1e-11);
    }
}

TEST(TabulatedRelease, WithoutGroupsNucleiFollowProtonsAtEqualRigidity) {
    const auto rate = [](double t, double e) { return std::pow(e, -2.3) * std::exp(-t / 1e3); };
    const TabulatedRelease table(table_text({0, 500, 1500}, {1e1, 1e3, 1e7}, rate), "t.csv");
    const auto p = table.entries(proton, 1e3), fe = table.entries(iron, 26e3);
    ASSERT_EQ(p.size(), fe.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
        EXPECT_EQ(p[i].delay, fe[i].delay);
        EXPECT_NEAR(fe[i].yield * 26 * 26 / p[i].yield, 1.0, 1e-13);
    }
    EXPECT_EQ(table.energy_in_group(iron), table.energy_in_group(proton));
}

TEST(TabulatedRelease, GroupsHaveTheirOwnTimesAndEnergies) {
    const TabulatedRelease table(
        "time_yr,energy_GeV,rate,group\n0,1e3,1,H\n10,1e3,1,H\n5,2e3,3,Fe\n6,2e3,3,Fe\n7,2e3,3,Fe\n",
        "t.csv");
    EXPECT_NEAR(total_yield(table.entries(proton, 1e3)), 10.0, 1e-12);
    EXPECT_NEAR(total_yield(table.entries(iron, 2e3)), 6.0, 1e-12);  // the energy itself, not E/Z
    EXPECT_NEAR(mean_delay(table.entries(iron, 2e3)) / year, 6.0, 1e-12);
    expect_all(input_error([&] { table.entries(five_groups()[1], 1e3); }), {"t.csv", "no group He", "H, Fe"});
}

TEST(TabulatedRelease, SilenceReachesToTheNextEnergy) {
    const TabulatedRelease table("0,1e3,1\n0,1e4,0\n0,1e5,0\n9,1e3,1\n9,1e4,0\n9,1e5,0\n", "t.csv");
    EXPECT_EQ(table.entries(proton, 1e3).size(), TabulatedRelease::entries_per_energy);
    for (const double e : {1.01e3, 9e3, 1e4, 5e4, 1e5}) EXPECT_TRUE(table.entries(proton, e).empty()) << e;
}

TEST(TabulatedRelease, EnergyIsThatOfThePowerLawsBetweenTheNodes) {
    // E^2 N = 1/E from 10 to 1000 (integral 0.1 - 0.001), for one year
    const auto rate = [](double, double e) { return std::pow(e, -3.0); };
    const TabulatedRelease steep(table_text({0, 1}, {10, 1000}, rate), "t.csv");
    EXPECT_NEAR(steep.energy_in_group(proton), 0.099, 1e-14);
    const TabulatedRelease flat(
        table_text({0, 1}, {10, 50, 1000}, [](double, double e) { return 1 / e / e; }), "t.csv");
    EXPECT_NEAR(flat.energy_in_group(proton), std::log(100.0), 1e-12);
    const TabulatedRelease single("0,1e3,1\n1,1e3,1\n", "t.csv");
    EXPECT_EQ(single.energy_in_group(proton), 0.0);
}

/// The escape of 2.6 as pulses of the shape of a triangle and a relative width of 1e-3.
TEST(TabulatedRelease, TabulatedEscapeHasTheDelaysAndYieldsOfContinuousEscape) {
    const ContinuousEscape escape;
    const std::vector<double> energies = log_energies(1.0, 6e6, 35);
    constexpr double width = 1e-3;
    std::vector<double> times;
    for (const double e : energies) {
        const double t = escape.delay(proton, e) / year;
        times.insert(times.end(), {t * (1 - width), t, t * (1 + width)});
    }
    std::sort(times.begin(), times.end());
    const auto pulse = [&](double t, double e) {
        const double centre = escape.delay(proton, e) / year;
        return escape.yield(proton, e) * std::max(0.0, 1 - std::abs(t / centre - 1) / width) /
               (centre * width);
    };
    const TabulatedRelease table(table_text(times, energies, pulse), "t.csv");
    for (const Nucleus& nucleus : five_groups()) {
        for (const double energy : log_energies(1e3, 5.9e6, 41)) {
            const auto entries = table.entries(nucleus, energy);
            EXPECT_NEAR(mean_delay(entries) / escape.delay(nucleus, energy), 1.0, 1e-8)
                << nucleus.name << energy;
            EXPECT_NEAR(total_yield(entries) / escape.yield(nucleus, energy), 1.0, 1e-9)
                << nucleus.name << energy;
        }
        EXPECT_NEAR(table.energy_in_group(nucleus), 1.0, 1e-9);
    }
}

TEST(TabulatedRelease, RefusesBadTables) {
    struct Case {
        const char* text;
        std::vector<const char*> message;
    };
    const Case cases[] = {
        {"", {"t.csv", "holds no rate", "time_yr,energy_GeV,rate[,group]"}},
        {"# nothing\n", {"holds no rate"}},
        {"time_yr,energy_GeV,rate\n", {"holds no rate"}},
        {"0,1e3,1\n5,1e3\n", {"t.csv, line 2", "2 columns"}},
        {"0,1e3,1\n5,1e3,x\n", {"line 2", "rate = 'x' is not a number"}},
        {"0,1e3,1\n5,1e3,nan\n", {"line 2", "not a number"}},
        {"-1,1e3,1\n5,1e3,1\n", {"line 1", "before the explosion"}},
        {"0,0,1\n5,0,1\n", {"line 1", "energy_GeV = 0 must be positive"}},
        {"0,1e3,1\n5,1e3,-1\n", {"line 2", "rate = -1 is negative"}},
        {"0,1e3,1\n1e13,1e3,1\n", {"line 2", "time_yr = 10000000000000 is too late", "1000000000000 yr"}},
        {"0,1e-13,1\n5,1e-13,1\n", {"line 1", "energy_GeV = 1e-13 is no energy", "from 1e-12 to"}},
        {"0,1e16,1\n5,1e16,1\n", {"line 1", "energy_GeV = 1e+16 is no energy"}},
        {"0,1e3,1\n5,1e3,1e101\n", {"line 2", "rate = 1e+101 is too high", "at most 1e+100"}},
        {"0,1e3,1\n5,1e3,1\n4,1e3,1\n",
         {"line 3", "time_yr = 4 does not come after 5 in line 2", "increase"}},
        {"0,1e3,1\n5,1e3,1\n5,1e3,1\n", {"line 3", "does not come after"}},
        {"0,1e3,1\n5,1e3,1\n0,1e4,1\n", {"line 3", "energy_GeV = 10000", "at least two"}},
        {"0,1e3,1\n5,1e3,1\n9,1e3,1\n0,1e4,1\n9,1e4,1\n",
         {"line 2", "time_yr = 5 has a rate at energy_GeV = 1000, but none at 10000", "same times"}},
        {"0,1e3,1\n9,1e3,1\n0,1e4,1\n9,1e4,1\n10,1e4,1\n",
         {"line 5", "time_yr = 10", "at energy_GeV = 10000"}},
        {"0,1e3,1\n9,1e3,1\n8,1e4,1\n9,1e4,1\n", {"line 1", "time_yr = 0", "none at 10000"}},
        {"0,1e3,1,H\n9,1e3,1\n", {"line 2", "group is missing"}},
        {"0,1e3,1\n9,1e3,1,H\n", {"line 2", "every line, or in none"}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.text);
        expect_all(input_error([&] { TabulatedRelease(c.text, "t.csv"); }), c.message);
    }
}

TEST(TabulatedRelease, RefusesEnergiesItDoesNotHold) {
    const TabulatedRelease table("0,1e3,1\n0,1e6,1\n9,1e3,1\n9,1e6,1\n", "t.csv");
    EXPECT_NO_THROW(table.entries(proton, 1e3 * (1 - 1e-12)));
    EXPECT_NO_THROW(table.entries(proton, 1e6 * (1 + 1e-12)));
    expect_all(input_error([&] { table.entries(proton, 2e6); }),
               {"t.csv", "from 1000 to 1000000 GeV", "H at 2e+06 GeV", "energy.max"});
    expect_all(input_error([&] { table.entries(iron, 2.6e3); }), {"Fe at 2600 GeV needs 100 GeV", "E/Z"});
}

}  // namespace

}  // namespace greenhalo::test
