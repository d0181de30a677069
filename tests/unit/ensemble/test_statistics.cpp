#include "greenhalo/ensemble/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
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

TEST(Quantile, interpolates_as_type_7) {
    const Numbers sorted = {1.0, 2.0, 4.0, 8.0};
    EXPECT_EQ(quantile(sorted, 0.0), 1.0);
    EXPECT_EQ(quantile(sorted, 1.0), 8.0);
    EXPECT_EQ(quantile(sorted, 0.5), 3.0);
    EXPECT_DOUBLE_EQ(quantile(sorted, 0.16), 1.48);
    EXPECT_DOUBLE_EQ(quantile(sorted, 0.84), 6.08);
    EXPECT_DOUBLE_EQ(quantile(sorted, 0.025), 1.075);
    EXPECT_EQ(quantile({7.0}, 0.975), 7.0);
    EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(Quantile, infinite_neighbours_do_not_make_nan) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(quantile({1.0, 2.0, infinity}, 0.5), 2.0);
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
    // |delta| cos(dec) of (-3, 0, 4), (0, -12, 5), (1, 0, 0), with the pole of the equator at l 122.93192, b 27.12825
    const double l = 122.93192 * units::pi / 180.0, b = 27.12825 * units::pi / 180.0;
    const double pole[] = {-std::cos(b) * std::cos(l), -std::cos(b) * std::sin(l), std::sin(b)};
    const auto off_axis = [](double squared, double along) { return std::sqrt(squared - along * along); };
    Numbers projected = {off_axis(25.0, -3.0 * pole[0] + 4.0 * pole[2]),
                         off_axis(169.0, -12.0 * pole[1] + 5.0 * pole[2]), off_axis(1.0, pole[0])};
    std::sort(projected.begin(), projected.end());
    Numbers quantiles;
    for (const double level : quantile_levels) quantiles.push_back(quantile(projected, level));
    expect_near(s.at("amplitude_projected_quantile"), quantiles, 1e-13);
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
            if (!item.path.starts_with("/ensemble/") || item.path == "/ensemble/realizations") continue;
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
        if (at == std::string::npos) continue;
        LayoutItem front = item, back = item;
        front.shape = at == 0 ? "" : item.shape.substr(0, at - 1);
        back.shape = at + 2 == item.shape.size() ? "" : item.shape.substr(at + 3);
        const std::size_t outer = layout_elements(front, dimensions),
                          inner = layout_elements(back, dimensions);
        for (std::size_t o = 0; o < outer; ++o) {
            for (std::size_t e = 0; e < energies; ++e) {
                for (std::size_t i = 0; i < inner; ++i) {
                    ASSERT_EQ(values[(o * energies + e) * inner + i], by_energy[e].at(name)[o * inner + i])
                        << name << " " << o << " " << e << " " << i;
                }
            }
        }
    }
    EXPECT_EQ(joined.at("quantile_levels"), (Numbers{0.025, 0.16, 0.5, 0.84, 0.975}));
}

}  // namespace
}  // namespace greenhalo
