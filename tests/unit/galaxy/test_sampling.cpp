// The drawn sources follow the laws they are drawn from.

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/poisson.hpp>

#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/galaxy/frame.h"
#include "support/models.h"
#include "support/statistics.h"

namespace greenhalo::test {

namespace {

constexpr std::int64_t sample_size = 1000000;
constexpr double improbable = 1e-3;

/// A million sources of one slab, whatever its count.
SourceBuffer sample(const SourceLaw& law, std::int64_t slab = 5000) {
    SourceBuffer buffer(sample_size + 8);
    Catalogue(law, 80.0, 20120917).draw(0, slab, 0, sample_size, buffer);
    return buffer;
}

template <class Function>
std::vector<double> values(const SourceBuffer& sources, Function f) {
    std::vector<double> v;
    v.reserve(sources.size);
    for (std::size_t i = 0; i < sources.size; ++i) v.push_back(f(i));
    return v;
}

double uniform(double x) {
    return x;
}

TEST(Sampling, RadiiFollowTheGammaLaw) {
    const SourceBuffer s = sample(SourceLaw{});
    const boost::math::gamma_distribution<> law(4.0, sun_radius / radial_slope);
    const auto radii = values(s, [&](std::size_t i) { return std::hypot(s.x[i], s.y[i]); });
    EXPECT_GT(kolmogorov_smirnov(radii, [&](double r) { return boost::math::cdf(law, r); }), improbable);
}

TEST(Sampling, AzimuthIsUniform) {
    for (const SourceModel model : {SourceModel::cylindrical, SourceModel::uniform_disc}) {
        SourceLaw law;
        law.model = model;
        const SourceBuffer s = sample(law);
        const auto turns =
            values(s, [&](std::size_t i) { return 0.5 + std::atan2(s.y[i], s.x[i]) / (2.0 * units::pi); });
        EXPECT_GT(kolmogorov_smirnov(turns, uniform), improbable);
    }
}

TEST(Sampling, HeightsFollowTheTwoSidedExponential) {
    SourceLaw law;
    law.scale_height = 0.3;
    const SourceBuffer s = sample(law);
    const auto heights = values(s, [&](std::size_t i) { return s.z[i]; });
    const auto cdf = [](double z) {
        return z < 0.0 ? 0.5 * std::exp(z / 0.3) : 1.0 - 0.5 * std::exp(-z / 0.3);
    };
    EXPECT_GT(kolmogorov_smirnov(heights, cdf), improbable);
}

TEST(Sampling, ThinDiscIsFlat) {
    SourceLaw law;
    law.scale_height = 0.0;
    const SourceBuffer s = sample(law);
    for (std::size_t i = 0; i < s.size; ++i) ASSERT_EQ(s.z[i], 0.0);
}

TEST(Sampling, UniformDiscFillsItsArea) {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.disc_radius = 12.0;
    const SourceBuffer s = sample(law);
    const auto areas = values(s, [&](std::size_t i) { return (s.x[i] * s.x[i] + s.y[i] * s.y[i]) / 144.0; });
    EXPECT_GT(kolmogorov_smirnov(areas, uniform), improbable);
}

TEST(Sampling, AgesAreUniformWithinASlab) {
    for (const std::int64_t slab : {0, 1, 3000}) {
        const SourceBuffer s = sample(SourceLaw{}, slab);
        const double low = slab_edge(slab), width = slab_edge(slab + 1) - low;
        EXPECT_GT(
            kolmogorov_smirnov(values(s, [&](std::size_t i) { return (s.age[i] - low) / width; }), uniform),
            improbable);
    }
}

TEST(Sampling, CoordinatesAreIndependent) {
    const SourceBuffer s = sample(SourceLaw{});
    const boost::math::gamma_distribution<> radial(4.0, sun_radius / radial_slope);
    const double low = slab_edge(5000), width = slab_edge(5001) - low;
    constexpr std::size_t bins = 12;
    const auto bin = [](double u) { return std::min(static_cast<std::size_t>(u * bins), bins - 1); };
    std::vector<double> coordinates[4];
    coordinates[0] =
        values(s, [&](std::size_t i) { return boost::math::cdf(radial, std::hypot(s.x[i], s.y[i])); });
    coordinates[1] =
        values(s, [&](std::size_t i) { return 0.5 + std::atan2(s.y[i], s.x[i]) / (2.0 * units::pi); });
    coordinates[2] = values(s, [&](std::size_t i) {
        const double tail = 0.5 * std::exp(-std::abs(s.z[i]) / 0.1);
        return s.z[i] < 0.0 ? tail : 1.0 - tail;
    });
    coordinates[3] = values(s, [&](std::size_t i) { return (s.age[i] - low) / width; });
    const std::vector<double> expected(bins * bins, static_cast<double>(sample_size) / (bins * bins));
    for (int a = 0; a < 4; ++a) {
        for (int b = a + 1; b < 4; ++b) {
            std::vector<double> observed(bins * bins, 0.0);
            for (std::size_t i = 0; i < s.size; ++i)
                observed[bin(coordinates[a][i]) * bins + bin(coordinates[b][i])] += 1.0;
            EXPECT_GT(chi_square(observed, expected), improbable) << "coordinates " << a << " and " << b;
        }
        // a source and its neighbour
        std::vector<double> observed(bins * bins, 0.0);
        for (std::size_t i = 0; i < s.size; ++i) {
            observed[bin(coordinates[a][i]) * bins + bin(coordinates[a][(i + 1) % s.size])] += 1.0;
        }
        EXPECT_GT(chi_square(observed, expected), improbable) << "coordinate " << a << " of neighbours";
    }
}

/// Counts of one slab over many realizations, for a rate that gives it this mean.
std::vector<std::int64_t> counts_with_mean(double mean, std::int64_t realizations) {
    constexpr std::int64_t slab = 40;
    SourceLaw law;
    law.rate = mean / (slab_edge(slab + 1) - slab_edge(slab));
    const Catalogue catalogue(law, slab_edge(slab + 1), 20120917);
    std::vector<std::int64_t> counts;
    for (std::int64_t i = 0; i < realizations; ++i) counts.push_back(catalogue.source_count(i, slab));
    return counts;
}

TEST(Sampling, CountsArePoissonian) {
    for (const double mean : {0.3, 5.0, 9.9, 10.1, 300.0, 1e7}) {
        EXPECT_GT(poisson_chi_square(counts_with_mean(mean, 200000), mean), improbable) << "mean " << mean;
    }
}

TEST(Sampling, RareCountsOccurAsOftenAsTheyShould) {
    // ten million draws of mean 1e-6: about ten ones
    std::int64_t ones = 0;
    for (const std::int64_t count : counts_with_mean(1e-6, 10000000)) {
        ASSERT_LE(count, 1);
        ones += count;
    }
    const boost::math::poisson law(10.0);
    EXPECT_GT(boost::math::cdf(law, static_cast<double>(ones)), improbable);
    EXPECT_GT(boost::math::cdf(boost::math::complement(law, ones - 1.0)), improbable);
}

TEST(Sampling, TotalOfARealizationIsPoissonian) {
    SourceLaw law;
    law.rate = 4000.0;
    const Catalogue catalogue(law, 0.01, 20120917);
    std::vector<std::int64_t> totals;
    for (std::int64_t i = 0; i < 4000; ++i)
        totals.push_back(static_cast<std::int64_t>(sources_of(catalogue, i).size()));
    EXPECT_GT(poisson_chi_square(totals, 40.0), improbable);
}

}  // namespace

}  // namespace greenhalo::test
