#include "greenhalo/ensemble/tails.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/special_functions/expint.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace greenhalo {
namespace {

using Numbers = std::vector<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(TailSize, counts_exactly) {
    EXPECT_EQ(tail_size(1000, 1e-2), 10U);
    EXPECT_EQ(tail_size(10000, 1e-3), 10U);
    EXPECT_EQ(tail_size(12345, 1e-2), 123U);
    EXPECT_EQ(tail_size(999, 1e-2), 0U);
    EXPECT_EQ(tail_size(0, 1e-2), 0U);
}

TEST(Hill, by_hand) {
    // ten values e^1 .. e^10 times the threshold 2, and ninety below: 10 / (1 + ... + 10)
    Numbers values;
    for (int i = 1; i <= 10; ++i) values.push_back(2.0 * std::exp(i));
    values.push_back(2.0);
    while (values.size() < 100) values.push_back(-1.0);
    EXPECT_NEAR(hill_index(values, 0.1), 10.0 / 55.0, 1e-15);
    // whatever the order and the unit
    std::reverse(values.begin(), values.end());
    for (double& v : values) v *= 1e-30;
    EXPECT_NEAR(hill_index(values, 0.1), 10.0 / 55.0, 1e-14);
}

TEST(Hill, recovers_the_index_of_pareto_samples) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> law(0.0, 1.0);
    for (const double index : {0.7, 1.0, 4.0 / 3.0, 4.0}) {
        Numbers values(200000);
        for (double& v : values) v = 5.0 * std::pow(1.0 - law(random), -1.0 / index);
        for (const double fraction : {1e-1, 1e-2, 1e-3}) {
            const double error = 1.0 / std::sqrt(static_cast<double>(tail_size(values.size(), fraction)));
            EXPECT_NEAR(hill_index(values, fraction) / index, 1.0, 4.0 * error) << index << " " << fraction;
        }
    }
}

TEST(Hill, a_light_tail_has_a_large_index) {
    std::mt19937 random(1);
    std::exponential_distribution<double> law;
    Numbers values(100000);
    for (double& v : values) v = law(random);
    // the mean of ln(x/x0) beyond x0 = ln(1/P) is exp(x0) E1(x0)
    const double from = std::log(100.0);
    EXPECT_NEAR(hill_index(values, 1e-2), 1.0 / (std::exp(from) * boost::math::expint(1, from)), 0.6);
}

TEST(Hill, is_undefined_for_what_is_no_tail) {
    EXPECT_TRUE(std::isnan(hill_index(Numbers(900, 1.0), 1e-2)));
    EXPECT_TRUE(std::isnan(hill_index(Numbers(2000, 1.0), 1e-2))) << "all equal";
    EXPECT_TRUE(std::isnan(hill_index(Numbers(2000, -1.0), 1e-2)));
    Numbers values(2000, 1.0);
    values[7] = nan;
    EXPECT_TRUE(std::isnan(hill_index(values, 1e-2)));
    values[7] = std::numeric_limits<double>::infinity();
    EXPECT_TRUE(std::isnan(hill_index(values, 1e-2)));
    EXPECT_TRUE(std::isnan(hill_index({}, 1e-2)));
}

TEST(RankCorrelation, by_hand) {
    // ranks 0 1 2 3 against 1 0 2 3 and against 3 2 1 0; sum of squared differences 2: 1 - 6*2/(4*15) = 0.8
    const auto r = rank_correlation({{1, 2, 3, 4}, {20, 10, 3e5, 4e30}, {4, 3, 2, 1}});
    const Numbers expected = {1, 0.8, -1, 0.8, 1, -0.8, -1, -0.8, 1};
    for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(r[i], expected[i], 1e-15) << i;
}

TEST(RankCorrelation, equal_values_share_their_rank) {
    // ranks 0.5 0.5 2 3 against 0 1 2 3: covariance 4.5, variances 4.5 and 5
    const auto r = rank_correlation({{7, 7, 8, 9}, {1, 2, 3, 4}});
    EXPECT_NEAR(r[1], 4.5 / std::sqrt(4.5 * 5.0), 1e-15);
}

TEST(RankCorrelation, leaves_out_what_is_undefined_in_pairs) {
    const auto r = rank_correlation({{nan, 1, 2, 3, 4}, {9, 4, 3, 2, nan}, {5, 5, 5, 5, 5}});
    EXPECT_NEAR(r[0], 1.0, 1e-15);
    EXPECT_NEAR(r[1], -1.0, 1e-15);
    EXPECT_NEAR(r[4], 1.0, 1e-15);
    for (const std::size_t i : {2, 5, 6, 7, 8}) EXPECT_TRUE(std::isnan(r[i])) << i;
    EXPECT_TRUE(std::isnan(rank_correlation({{1, 2}})[0]));
    EXPECT_TRUE(rank_correlation({}).empty());
}

TEST(RankCorrelation, independent_columns_have_none) {
    std::mt19937 random(2);
    std::cauchy_distribution<double> law;
    std::vector<Numbers> columns(3, Numbers(10000));
    for (Numbers& column : columns) {
        for (double& v : column) v = law(random);
    }
    const auto r = rank_correlation(columns);
    for (const std::size_t i : {1, 2, 5}) EXPECT_LT(std::abs(r[i]), 0.04) << i;
}

}  // namespace
}  // namespace greenhalo
