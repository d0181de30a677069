#include "greenhalo/ensemble/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <set>

#include "greenhalo/base/units.h"
#include "greenhalo/storage/result_layout.h"

namespace greenhalo {
namespace {

using Numbers = std::vector<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void expect_near(const Numbers& values, const Numbers& expected, double tolerance = 1e-14) {
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(values[i])) << i << ": " << values[i];
        } else {
            EXPECT_NEAR(values[i], expected[i], tolerance * std::max(1.0, std::abs(expected[i]))) << i;
        }
    }
}

/// Two groups, four realizations; the anisotropy of the third does not exist.
EnergyColumn example() {
    EnergyColumn column;
    column.species = 2;
    column.density = {1, 10, 2, 20, 0, 0, 5, 30};
    column.current = {1, 0, 0, 2,  0, 0,  //
                      3, 1, 0, 0,  1, 0,  //
                      0, 0, 0, 0,  0, 0,  //
                      4, 3, 2, -2, 3, 6};
    // longitudes 0, 90 (rotation, -y), none, 180 (anticentre); moduli 5, 13, none, 1
    column.anisotropy = {-3, 0, 4, 0, -12, 5, nan, nan, nan, 1, 0, 0};
    return column;
}

TEST(ColumnStatistics, anisotropy) {
    const Statistics s = column_statistics(example());
    expect_near(s.at("amplitude_mean"), {19.0 / 3.0});
    expect_near(s.at("amplitude_quantile"), {1.2, 2.28, 5.0, 10.44, 12.6});
    expect_near(s.at("undefined_fraction"), {0.25});
    // |delta| cos(dec) of (-3, 0, 4), (0, -12, 5), (1, 0, 0), with the pole of the equator at l 122.93192,
    // b 27.12825
    const double l = 122.93192 * units::pi / 180.0, b = 27.12825 * units::pi / 180.0;
    const double pole[] = {-std::cos(b) * std::cos(l), -std::cos(b) * std::sin(l), std::sin(b)};
    const auto off_axis = [](double squared, double along) { return std::sqrt(squared - along * along); };
    Numbers projected = {off_axis(25.0, -3.0 * pole[0] + 4.0 * pole[2]),
                         off_axis(169.0, -12.0 * pole[1] + 5.0 * pole[2]), off_axis(1.0, pole[0])};
    std::sort(projected.begin(), projected.end());
    Numbers quantiles;
    for (const double level : quantile_levels) quantiles.push_back(quantile(projected, level));
    expect_near(s.at("amplitude_projected_quantile"), quantiles, 1e-13);
    // of three values the median of a resample is the smallest with the probability 7/27
    EXPECT_EQ(s.at("amplitude_quantile_low")[2], 1.0);
    EXPECT_EQ(s.at("amplitude_quantile_high")[2], 13.0);
    expect_near(amplitudes(example()), {5.0, 13.0, nan, 1.0});
    expect_near(s.at("phase_resultant"), {1.0 / 3.0});
    Numbers histogram(36, 0.0);
    histogram[0] = histogram[9] = histogram[18] = 1.0;
    EXPECT_EQ(s.at("phase_histogram"), histogram);
}

TEST(ColumnStatistics, densities_and_currents) {
    const Statistics s = column_statistics(example());
    expect_near(s.at("density_mean"), {2.0, 15.0});
    // sorted 0 1 2 5 and 0 10 20 30
    expect_near(s.at("density_quantile"), {0.075, 0.75, 0.48, 4.8, 1.5, 15.0, 3.56, 25.2, 4.775, 29.25});
    expect_near(s.at("current_mean"), {2.0, 1.0, 0.5, 0.0, 1.0, 1.5});
    expect_near(s.at("current_median"), {2.0, 0.5, 0.0, 0.0, 0.5, 0.0});
    // deviations of group 1: x -1 1 -2 2, y -1 0 -1 2, z -.5 -.5 -.5 1.5; of group 2: x 2 0 0 -2, y -1 0 -1
    // 2, z -1.5 -1.5 -1.5 4.5; divided by M - 1
    expect_near(s.at("current_covariance"),
                {10.0 / 3, 7.0 / 3, 4.0 / 3, 7.0 / 3, 2.0, 4.0 / 3, 4.0 / 3, 4.0 / 3, 1.0,  //
                 8.0 / 3, -2.0, -4.0, -2.0, 2.0, 4.0, -4.0, 4.0, 9.0});
}

TEST(ColumnStatistics, intervals_hold_their_quantiles) {
    const Statistics s = column_statistics(example());
    for (const std::string name : {"amplitude_quantile", "density_quantile"}) {
        const Numbers &value = s.at(name), &low = s.at(name + "_low"), &high = s.at(name + "_high");
        ASSERT_EQ(low.size(), value.size());
        ASSERT_EQ(high.size(), value.size());
        for (std::size_t i = 0; i < value.size(); ++i) {
            EXPECT_LE(low[i], value[i]) << name << i;
            EXPECT_GE(high[i], value[i]) << name << i;
        }
    }
}

/// Two groups whose sums have Pareto tails: the density of the index 1.5 and the current of 1.0 around (5, 0, 0),
/// a centre that the mean of a few hundred would miss.
EnergyColumn heavy_column(std::size_t realizations) {
    EnergyColumn column;
    column.species = 2;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> law(0.0, 1.0);
    for (std::size_t i = 0; i < realizations; ++i) {
        const double n = std::pow(1.0 - law(random), -1.0 / 1.5), j = 1e3 / (1.0 - law(random));
        const double angle = 2.0 * units::pi * law(random), share = law(random);
        column.density.insert(column.density.end(), {share * n, (1.0 - share) * n});
        const double x = 5.0 + j * std::cos(angle), y = j * std::sin(angle);
        // what the groups do to each other cancels in the sum
        column.current.insert(column.current.end(), {x + 1e9 * share, y, -4e9, -1e9 * share, 0.0, 4e9});
        column.anisotropy.insert(column.anisotropy.end(), {x, y, 0.0});
    }
    return column;
}

TEST(ColumnStatistics, tails_of_the_groups_summed) {
    const Statistics s = column_statistics(heavy_column(20000));
    // 200 and 20 values in the tail
    EXPECT_NEAR(s.at("tail_index_density")[0], 1.5, 0.3);
    EXPECT_NEAR(s.at("tail_index_density")[1], 1.5, 1.0);
    EXPECT_NEAR(s.at("tail_index_current")[0], 1.0, 0.2);
    EXPECT_NEAR(s.at("tail_index_current")[1], 1.0, 0.7);
    const Statistics fewer = column_statistics(heavy_column(9999));
    EXPECT_FALSE(std::isnan(fewer.at("tail_index_current")[0]));
    EXPECT_TRUE(std::isnan(fewer.at("tail_index_current")[1]));
    EXPECT_TRUE(std::isnan(column_statistics(heavy_column(999)).at("tail_index_density")[0]));
}

TEST(ColumnStatistics, groups_are_added_before_squaring) {
    const Statistics s = column_statistics(example());
    // totals x 3 3 0 2, y 0 2 0 6, z 0 0 0 8: mean 2 2 2; squared deviations 1+1+4+0, 4+0+4+16, 4+4+4+36
    expect_near(s.at("fluctuation_current"), {78.0 / 3.0});
    const double isotropic = 17.0 * 2.99792458e10 / 3.0;
    EXPECT_NEAR(s.at("delta_A1")[0] * isotropic, std::sqrt(12.0), 1e-13);
    EXPECT_NEAR(s.at("delta_A2")[0] * isotropic, std::sqrt(26.0), 1e-13);
}

TEST(ColumnStatistics, one_realization_has_no_spread) {
    EnergyColumn column;
    column.species = 1;
    column.density = {2.0};
    column.current = {1.0, 2.0, 2.0};
    column.anisotropy = {0.0, 0.0, -0.5};
    const Statistics s = column_statistics(column);
    expect_near(s.at("amplitude_quantile"), Numbers(5, 0.5));
    expect_near(s.at("density_mean"), {2.0});
    expect_near(s.at("current_covariance"), Numbers(9, nan));
    expect_near(s.at("fluctuation_current"), {nan});
    expect_near(s.at("delta_A2"), {nan});
    EXPECT_NEAR(s.at("delta_A1")[0], 3.0 * 3.0 / (2.0 * 2.99792458e10), 1e-24);
    expect_near(s.at("phase_resultant"), {1.0});
}

TEST(ColumnStatistics, nothing_defined) {
    EnergyColumn column;
    column.species = 1;
    column.density = {0.0, 0.0};
    column.current = Numbers(6, 0.0);
    column.anisotropy = Numbers(6, nan);
    const Statistics s = column_statistics(column);
    expect_near(s.at("amplitude_mean"), {nan});
    expect_near(s.at("amplitude_quantile"), Numbers(5, nan));
    expect_near(s.at("phase_resultant"), {nan});
    expect_near(s.at("undefined_fraction"), {1.0});
    expect_near(s.at("delta_A1"), {nan});
    expect_near(s.at("delta_A2"), {nan});
    EXPECT_EQ(s.at("phase_histogram"), Numbers(36, 0.0));
    expect_near(s.at("density_quantile"), Numbers(5, 0.0));
}

TEST(ColumnStatistics, longitude_just_below_360_stays_in_the_last_bin) {
    EnergyColumn column;
    column.species = 1;
    column.density = {1.0};
    column.current = {0.0, 0.0, 0.0};
    for (const double y : {1e-3, 1e-16, 1e-300}) {
        column.anisotropy = {-1.0, y, 0.0};
        const Numbers histogram = column_statistics(column).at("phase_histogram");
        EXPECT_EQ(std::accumulate(histogram.begin(), histogram.end(), 0.0), 1.0) << y;
        EXPECT_EQ(histogram.front() + histogram.back(), 1.0) << y;
    }
}

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

/// Whether a dataset is made energy by energy from realizations. Correlations see all energies at once, and
/// what is expected comes from an integral.
bool is_joined(const LayoutItem& item) {
    return item.path.starts_with("/ensemble/") && item.path != "/ensemble/realizations" &&
           item.path != "/ensemble/checksum" &&
           item.path != "/ensemble/amplitude_above_one" &&  // of all energies together
           item.shape != "nE,nE" && !item.path.ends_with("_expected");
}

/// Realizations of two groups with numbers that belong to the energy.
EnergyColumn column_of_energy(std::size_t energy) {
    EnergyColumn column = example();
    const double factor = static_cast<double>(energy + 1);
    for (double& n : column.density) n *= factor;
    for (double& j : column.current) j *= 2.0 * factor;
    for (double& d : column.anisotropy) d *= 3.0 * factor;
    return column;
}

TEST(JoinEnergies, shapes_are_those_of_the_result_file) {
    for (const std::size_t energies : {1U, 3U}) {
        std::vector<Statistics> by_energy;
        for (std::size_t e = 0; e < energies; ++e)
            by_energy.push_back(column_statistics(column_of_energy(e)));
        const Statistics joined = join_energies(by_energy, 2);

        const Dimensions dimensions{4, 2, static_cast<std::int64_t>(energies), 0};
        std::set<std::string> in_file, computed;
        for (const LayoutItem& item : result_layout()) {
            if (!is_joined(item)) continue;
            const std::string name = item.path.substr(10);
            in_file.insert(name);
            const auto found = joined.find(name);
            if (found == joined.end()) continue;
            EXPECT_EQ(found->second.size(), layout_elements(item, dimensions)) << name;
        }
        for (const auto& [name, values] : joined) computed.insert(name);
        EXPECT_EQ(computed, in_file);
    }
}

TEST(JoinEnergies, every_number_lands_where_the_file_describes_it) {
    constexpr std::size_t energies = 3;
    std::vector<Statistics> by_energy;
    for (std::size_t e = 0; e < energies; ++e) by_energy.push_back(column_statistics(column_of_energy(e)));
    const Statistics joined = join_energies(by_energy, 2);
    const Dimensions dimensions{4, 2, energies, 0};
    for (const auto& [name, values] : joined) {
        const LayoutItem& item = layout_item("/ensemble/" + name);
        // the shape with its symbols: what stands in front of nE is the outer part, what follows the inner
        // one
        const std::size_t at = item.shape.find("nE");
        if (at == std::string::npos || !by_energy[0].contains(name)) continue;
        LayoutItem front = item, back = item;
        front.shape = at == 0 ? "" : item.shape.substr(0, at - 1);
        back.shape = at + 2 == item.shape.size() ? "" : item.shape.substr(at + 3);
        const std::size_t outer = layout_elements(front, dimensions),
                          inner = layout_elements(back, dimensions);
        for (std::size_t o = 0; o < outer; ++o) {
            for (std::size_t e = 0; e < energies; ++e) {
                for (std::size_t i = 0; i < inner; ++i) {
                    const double expected = by_energy[e].at(name)[o * inner + i];
                    ASSERT_TRUE(same(values[(o * energies + e) * inner + i], expected))
                        << name << " " << o << " " << e << " " << i;
                }
            }
        }
    }
    EXPECT_EQ(joined.at("quantile_levels"), (Numbers{0.025, 0.16, 0.5, 0.84, 0.975}));
    EXPECT_EQ(joined.at("tail_fractions"), (Numbers{1e-2, 1e-3}));
}

}  // namespace
}  // namespace greenhalo
