// Tails of drawn ensembles against the exact number of single sources that give more than X (section
// "Ensemble" of Blasi & Amato 2012 knows only variances, which heavy tails do not have).

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "greenhalo/ensemble/statistics.h"
#include "greenhalo/ensemble/tail_index.h"
#include "greenhalo/ensemble/tails.h"
#include "greenhalo/superposition/direct_sum.h"
#include "support/models.h"

namespace greenhalo::test {
namespace {

/// Protons at 1 TV; old sources, which only add a smooth background, are left out by the span.
struct Setting {
    Transport transport;
    SourceLaw law;
    double span = 0.3;
};

Setting paper_disc(double scale_height) {
    Setting s;
    s.transport = paper_transport(4.0, {1e3});
    s.transport.nuclei.resize(1);
    s.transport.release.resize(1);
    s.law.scale_height = scale_height;
    return s;
}

EnergyColumn ensemble(const Setting& s, int realizations) {
    const Catalogue catalogue(s.law, s.span, 21);
    DirectSum sum(s.transport, {});
    EnergyColumn column;
    column.species = 1;
    for (int i = 0; i < realizations; ++i) {
        const Superposition one = sum.sum(catalogue, i);
        column.density.push_back(one.density[0]);
        column.current.insert(column.current.end(), one.current.begin(), one.current.end());
        column.anisotropy.insert(column.anisotropy.end(), {1.0, 0.0, 0.0});
    }
    return column;
}

class HeavyTails : public testing::TestWithParam<double> {};

TEST_P(HeavyTails, AreThoseOfTheExactNumberOfSources) {
    const Setting s = paper_disc(GetParam());
    constexpr int realizations = 10000;
    const EnergyColumn column = ensemble(s, realizations);
    const Statistics statistics = column_statistics(column);
    const SourceTail tail(s.transport, s.law, {}, s.span);
    for (std::size_t f = 0; f < tail_count; ++f) {
        const double p = tail_fractions[f], error = 1.0 / std::sqrt(realizations * p);
        const double n = tail.index(0, Contribution::density, p), j = tail.index(0, Contribution::current, p);
        // a tail of the share P does not end at its threshold: the index drifts by a few per cent
        // it is 1/index that Hill's estimate scatters evenly about
        EXPECT_NEAR(n / statistics.at("tail_index_density")[f], 1.0, 3.0 * error + 0.05) << p;
        EXPECT_NEAR(j / statistics.at("tail_index_current")[f], 1.0, 3.0 * error + 0.05) << p;
        EXPECT_GT(n - j, 0.3);
    }

    // and how many realizations deviate by more than X, against the expected number of such sources
    std::vector<double> density = column.density, x, y, z, current;
    double mean = 0.0;
    for (const double n : density) mean += n / realizations;
    for (double& n : density) n -= mean;
    for (std::size_t i = 0; i < column.current.size(); i += 3) {
        x.push_back(column.current[i]);
        y.push_back(column.current[i + 1]);
        z.push_back(column.current[i + 2]);
    }
    const auto median = [](std::vector<double> values) {
        std::sort(values.begin(), values.end());
        return quantile(values, 0.5);
    };
    const double x0 = median(x), y0 = median(y), z0 = median(z);
    for (std::size_t i = 0; i < x.size(); ++i) current.push_back(std::hypot(x[i] - x0, y[i] - y0, z[i] - z0));
    for (auto* values : {&density, &current}) {
        std::sort(values->rbegin(), values->rend());
        const auto what = values == &density ? Contribution::density : Contribution::current;
        for (const std::size_t above : {100UL, 300UL}) {
            const double expected = realizations * tail.count(0, what, (*values)[above]);
            EXPECT_NEAR(static_cast<double>(above) / expected, 1.0,
                        3.0 / std::sqrt(static_cast<double>(above)) + 0.1)
                << (what == Contribution::current ? "current " : "density ") << above;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(ScaleHeights, HeavyTails, testing::Values(0.0, 0.1));

}  // namespace
}  // namespace greenhalo::test
