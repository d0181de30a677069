#include "greenhalo/ensemble/quantiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace greenhalo {
namespace {

using Numbers = std::vector<double>;

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

TEST(QuantileIntervals, by_hand) {
    // three values: the median of a resample is the smallest with the probability 7/27, at most the middle
    // with 20/27
    const Numbers three = {1.0, 10.0, 100.0};
    const QuantileIntervals of_three(3);
    EXPECT_EQ(of_three.low(three, 2), 1.0);
    EXPECT_EQ(of_three.high(three, 2), 100.0);
    // five values: smallest with 181/3125 = 0.058, at most the second with 0.317, the third 0.683, the fourth
    // 0.942
    const Numbers five = {1.0, 2.0, 3.0, 4.0, 5.0};
    const QuantileIntervals of_five(5);
    EXPECT_EQ(of_five.low(five, 2), 2.0);
    EXPECT_EQ(of_five.high(five, 2), 4.0);
    // two: the quantile 0.84 lies at 0.84 between the order statistics; the smaller one is the smallest value
    // with the probability 3/4, the larger one with 1/4
    const Numbers two = {0.0, 1.0};
    const QuantileIntervals of_two(2);
    EXPECT_EQ(of_two.low(two, 3), 0.0);
    EXPECT_EQ(of_two.high(two, 3), 1.0);
}

TEST(QuantileIntervals, too_few_values_have_none) {
    EXPECT_TRUE(std::isnan(QuantileIntervals(0).low({}, 2)));
    EXPECT_TRUE(std::isnan(QuantileIntervals(1).high({3.0}, 2)));
}

TEST(QuantileIntervals, are_what_many_resamples_give) {
    // sizes at which no quantile lies between two order statistics
    std::mt19937 random(4);
    for (const std::size_t size : {std::size_t{201}, std::size_t{401}}) {
        Numbers sorted(size), resample(size);
        std::exponential_distribution<double> law;
        for (double& v : sorted) v = law(random);
        std::sort(sorted.begin(), sorted.end());
        std::vector<Numbers> quantiles(quantile_count);
        std::uniform_int_distribution<std::size_t> pick(0, size - 1);
        for (int i = 0; i < 4000; ++i) {
            for (double& v : resample) v = sorted[pick(random)];
            std::sort(resample.begin(), resample.end());
            for (std::size_t l = 0; l < quantile_count; ++l) {
                quantiles[l].push_back(quantile(resample, quantile_levels[l]));
            }
        }
        const QuantileIntervals intervals(size);
        for (std::size_t l = 0; l < quantile_count; ++l) {
            std::sort(quantiles[l].begin(), quantiles[l].end());
            // 4000 resamples know the level 0.16 to 0.006
            EXPECT_GE(intervals.low(sorted, l), quantile(quantiles[l], 0.14)) << l;
            EXPECT_LE(intervals.low(sorted, l), quantile(quantiles[l], 0.18)) << l;
            EXPECT_GE(intervals.high(sorted, l), quantile(quantiles[l], 0.82)) << l;
            EXPECT_LE(intervals.high(sorted, l), quantile(quantiles[l], 0.86)) << l;
        }
    }
}

TEST(QuantileIntervals, hold_the_truth_in_68_percent) {
    constexpr int samples = 3000;
    constexpr std::size_t size = 500;
    std::mt19937 random(5);
    std::uniform_real_distribution<double> law(0.0, 1.0);
    const QuantileIntervals intervals(size);
    int held[quantile_count] = {};
    for (int i = 0; i < samples; ++i) {
        Numbers sorted(size);
        for (double& v : sorted) v = std::pow(law(random), -1.0);  // as heavy as the current of a thin disc
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t l = 0; l < quantile_count; ++l) {
            const double truth = 1.0 / (1.0 - quantile_levels[l]);
            held[l] += intervals.low(sorted, l) <= truth && truth <= intervals.high(sorted, l);
        }
    }
    for (std::size_t l = 0; l < quantile_count; ++l) EXPECT_NEAR(held[l] / double{samples}, 0.68, 0.05) << l;
}

}  // namespace
}  // namespace greenhalo
