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

/// Protons at 1 TV; old sources, which only add a smooth background, are left out by the span: what makes the
/// tails is younger than 8 kyr.
struct Setting {
    Transport transport;
    SourceLaw law;
    double span = 0.03;
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

/// How far every realization is from the mean density and from the median current, component by component.
struct Deviations {
    std::vector<double> density, current;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return quantile(values, 0.5);
}

Deviations deviations(const EnergyColumn& column) {
    Deviations away{column.density, {}};
    double mean = 0.0;
    for (const double n : away.density) mean += n / static_cast<double>(away.density.size());
    for (double& n : away.density) n -= mean;
    std::vector<double> x, y, z;
    for (std::size_t i = 0; i < column.current.size(); i += 3) {
        x.push_back(column.current[i]);
        y.push_back(column.current[i + 1]);
        z.push_back(column.current[i + 2]);
    }
    const double x0 = median(x), y0 = median(y), z0 = median(z);
    for (std::size_t i = 0; i < x.size(); ++i) {
        away.current.push_back(std::hypot(x[i] - x0, y[i] - y0, z[i] - z0));
    }
    return away;
}

class HeavyTails : public testing::TestWithParam<double> {};

TEST_P(HeavyTails, AreThoseOfTheExactNumberOfSources) {
    const Setting s = paper_disc(GetParam());
    const SourceTail tail(s.transport, s.law, {}, s.span);
    // the disc that this one must not be taken for
    const Setting s_other = paper_disc(GetParam() > 0.0 ? 0.0 : 0.1);
    const SourceTail other(s_other.transport, s_other.law, {}, s_other.span);
    constexpr int realizations = 40000;
    const EnergyColumn column = ensemble(s, realizations);
    const Deviations away = deviations(column);
    const Statistics statistics = column_statistics(column);
    for (const auto what : {Contribution::density, Contribution::current}) {
        SCOPED_TRACE(what == Contribution::current ? "current" : "density");
        std::vector<double> values = what == Contribution::density ? away.density : away.current;
        // a tail of the share P does not end at its threshold: the index drifts by a few per cent
        // it is 1/index that Hill's estimate scatters evenly about
        const auto tolerance = [&](double p) { return 3.0 / std::sqrt(realizations * p) + 0.05; };
        for (const double p : {5e-2, tail_fractions[0], tail_fractions[1]}) {
            EXPECT_NEAR(tail.index(0, what, p) / hill_index(values, p), 1.0, tolerance(p)) << p;
        }
        // the result file holds the same
        const char* name = what == Contribution::density ? "tail_index_density" : "tail_index_current";
        for (std::size_t f = 0; f < tail_count; ++f) {
            EXPECT_NEAR(statistics.at(name)[f] / hill_index(values, tail_fractions[f]), 1.0, 1e-9);
        }
        // and how many realizations deviate by more than X, against the expected number of such sources
        std::sort(values.rbegin(), values.rend());
        for (const std::size_t above : {400UL, 1200UL}) {
            const auto off = [&](const SourceTail& disc) {
                return std::abs(
                    static_cast<double>(above) / (realizations * disc.count(0, what, values[above])) - 1.0);
            };
            const double allowed = 3.0 / std::sqrt(static_cast<double>(above)) + 0.1;
            EXPECT_LT(off(tail), allowed) << above;
            EXPECT_GT(off(other), allowed) << above;
        }
    }
    EXPECT_GT(tail.index(0, Contribution::density, 1e-2) - tail.index(0, Contribution::current, 1e-2), 0.3);
}

INSTANTIATE_TEST_SUITE_P(ScaleHeights, HeavyTails, testing::Values(0.0, 0.1));

}  // namespace
}  // namespace greenhalo::test
