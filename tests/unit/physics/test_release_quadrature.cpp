#include "greenhalo/physics/release_quadrature.h"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <random>

namespace greenhalo::test {

namespace {

double moment(const std::vector<ReleaseEntry>& entries, int order, double about) {
    double sum = 0.0;
    for (const ReleaseEntry& entry : entries) sum += entry.yield * std::pow(entry.delay - about, order);
    return sum;
}

TEST(ReleaseQuadrature, KeepsTheMoments) {
    std::mt19937_64 engine(3);
    std::uniform_real_distribution<double> u(0.0, 1.0);
    for (const std::size_t count : {1u, 2u, 5u, 16u}) {
        std::vector<ReleaseEntry> history;
        for (int i = 0; i < 400; ++i) history.push_back({2.0 + u(engine), 0.01 + u(engine) * u(engine)});
        const auto rule = condense(history, count);
        ASSERT_EQ(rule.size(), count);
        for (int order = 0; order < 2 * static_cast<int>(count); ++order) {
            EXPECT_NEAR(moment(rule, order, 2.5), moment(history, order, 2.5), 1e-13 * total_yield(history))
                << order;
        }
        for (const ReleaseEntry& entry : rule) {
            EXPECT_GT(entry.yield, 0.0);
            EXPECT_GT(entry.delay, 2.0);
            EXPECT_LT(entry.delay, 3.0);
        }
    }
}

TEST(ReleaseQuadrature, IsTheRuleOfLegendreForAnEvenHistory) {
    std::vector<ReleaseEntry> even = integrate_rate({0.0, 2.0}, {1.0, 1.0}, 9);
    const auto rule = condense(even, 3);
    ASSERT_EQ(rule.size(), 3u);
    EXPECT_NEAR(rule[0].delay, 1.0 - std::sqrt(0.6), 1e-14);
    EXPECT_NEAR(rule[1].delay, 1.0, 1e-14);
    EXPECT_NEAR(rule[2].delay, 1.0 + std::sqrt(0.6), 1e-14);
    EXPECT_NEAR(rule[0].yield, 5.0 / 9.0, 1e-14);
    EXPECT_NEAR(rule[1].yield, 8.0 / 9.0, 1e-14);
}

TEST(ReleaseQuadrature, ShortHistoriesStayAsTheyAre) {
    EXPECT_TRUE(condense({}, 4).empty());
    EXPECT_TRUE(condense({{1.0, 0.0}}, 4).empty());
    const auto two = condense({{1.0, 2.0}, {5.0, 0.0}, {3.0, 1.0}}, 4);
    ASSERT_EQ(two.size(), 2u);
    EXPECT_EQ(two[1].delay, 3.0);
    const auto same = condense(std::vector<ReleaseEntry>(30, {0.7, 0.5}), 4);
    ASSERT_EQ(same.size(), 1u);
    EXPECT_EQ(same[0].delay, 0.7);
    EXPECT_EQ(same[0].yield, 15.0);
}

TEST(ReleaseQuadrature, SurvivesSharpPulsesFarApart) {
    std::vector<ReleaseEntry> history;
    for (const double centre : {1.0, 5.0, 20.0}) {
        for (int i = -20; i <= 20; ++i) history.push_back({centre + i * 1e-9, centre});
    }
    const auto rule = condense(history, 8);
    for (int order = 0; order < 12; ++order) {
        const double exact = moment(history, order, 10.0);
        EXPECT_NEAR(moment(rule, order, 10.0), exact, 1e-9 * moment(history, 0, 0) * std::pow(10.0, order))
            << order;
    }
}

TEST(ReleaseQuadrature, LinearRatesTimesPolynomialsAreExact) {
    const std::vector<double> times = {1.0, 1.5, 4.0, 4.5, 6.0}, rates = {0.0, 2.0, 1.0, 0.0, 0.0};
    const auto entries = integrate_rate(times, rates, 7);
    for (int order = 0; order <= 7; ++order) {
        double exact = 0.0;
        for (int i = 0; i < 4; ++i) {
            const double length = times[i + 1] - times[i];
            exact += boost::math::quadrature::gauss_kronrod<double, 31>::integrate(
                [&](double t) {
                    return (rates[i] + (t - times[i]) / length * (rates[i + 1] - rates[i])) *
                           std::pow(t, order);
                },
                times[i], times[i + 1], 5, 1e-14);
        }
        EXPECT_NEAR(moment(entries, order, 0.0) / exact, 1.0, 1e-13) << order;
    }
    for (const ReleaseEntry& entry : entries)
        EXPECT_LT(entry.delay, 4.5);  // nothing where both rates are zero
}

/// A source of the age a, seen through a history of the length T: the error falls as rho^(-2 count).
TEST(ReleaseQuadrature, ErrorFallsAsStated) {
    const auto even = integrate_rate({0.0, 1.0}, {1.0, 1.0}, 63);
    const auto value = [](const std::vector<ReleaseEntry>& entries, double age) {
        double sum = 0.0;
        for (const auto& e : entries) sum += e.yield * std::pow(age - e.delay, -1.5);
        return sum;
    };
    for (const double age : {1.05, 1.25, 2.0}) {
        const double exact = 2.0 * (1.0 / std::sqrt(age - 1.0) - 1.0 / std::sqrt(age));
        const double x = 2.0 * (age - 0.5), rho = x + std::sqrt(x * x - 1.0);
        for (const std::size_t count : {4u, 8u, 16u}) {
            const double error = std::abs(value(condense(even, count), age) / exact - 1.0);
            EXPECT_LT(error, 30.0 * std::pow(rho, -2.0 * static_cast<double>(count)) + 1e-14)
                << age << " " << count;
        }
    }
}

}  // namespace

}  // namespace greenhalo::test
