#include "greenhalo/ensemble/statistics.h"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "greenhalo/ensemble/tail_index.h"
#include "greenhalo/ensemble/tails.h"
#include "support/models.h"

namespace greenhalo {
namespace {

constexpr std::size_t species = 2, energies = 5, realizations = 1003;

/// Heavy-tailed numbers that depend on the index alone; some anisotropies do not exist.
Realization realization(std::int64_t index) {
    std::mt19937 random(static_cast<unsigned>(index) + 77);
    std::cauchy_distribution<double> law;
    Realization r;
    for (std::size_t i = 0; i < species * energies; ++i) r.density.push_back(std::abs(law(random)));
    for (std::size_t i = 0; i < 3 * species * energies; ++i) r.current.push_back(law(random));
    const double common = law(random);
    for (std::size_t e = 0; e < energies; ++e) {
        const bool defined = index % 97 != 0 || e != 2;
        for (int i = 0; i < 3; ++i) {
            r.anisotropy.push_back(defined ? common + law(random) : std::numeric_limits<double>::quiet_NaN());
        }
    }
    return r;
}

std::map<std::string, std::vector<std::uint64_t>> bits(const Statistics& statistics) {
    std::map<std::string, std::vector<std::uint64_t>> result;
    for (const auto& [name, values] : statistics) {
        for (const double v : values) result[name].push_back(std::bit_cast<std::uint64_t>(v));
    }
    return result;
}

/// The statistics with the realizations dealt out by a rule, with the first ranks of all.
template <class Deal>
Statistics dealt_out(int ranks, Deal owner) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm some = MPI_COMM_NULL;
    MPI_Comm_split(MPI_COMM_WORLD, rank < ranks ? 0 : MPI_UNDEFINED, rank, &some);
    Statistics statistics;
    if (some != MPI_COMM_NULL) {
        std::vector<std::int64_t> index;
        std::vector<Realization> mine;
        for (std::int64_t i = realizations - 1; i >= 0; --i) {
            if (owner(i) % ranks != rank) continue;
            index.push_back(i);
            mine.push_back(realization(i));
        }
        statistics = ensemble_statistics(Ranks(some), index, mine, species, energies);
        MPI_Comm_free(&some);
    }
    return statistics;
}

TEST(EnsembleStatistics, DoNotDependOnTheRanksInAnyBit) {
    int rank = 0, size = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const Statistics alone = dealt_out(1, [](std::int64_t) { return 0; });
    for (int ranks = 1; ranks <= size; ++ranks) {
        const Statistics in_turn = dealt_out(ranks, [](std::int64_t i) { return static_cast<int>(i); });
        const Statistics uneven =
            dealt_out(ranks, [](std::int64_t i) { return static_cast<int>(i * i / 7); });
        if (rank != 0) {
            EXPECT_TRUE(in_turn.empty());
            continue;
        }
        EXPECT_EQ(bits(in_turn), bits(alone)) << ranks;
        EXPECT_EQ(bits(uneven), bits(alone)) << ranks;
    }
    if (rank != 0) return;
    std::vector<std::vector<double>> amplitude(energies);
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(realizations); ++i) {
        const Realization r = realization(i);
        for (std::size_t e = 0; e < energies; ++e) {
            const double* d = &r.anisotropy[3 * e];
            amplitude[e].push_back(std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]));
        }
    }
    EXPECT_EQ(alone.at("amplitude_correlation"), rank_correlation(amplitude));
    std::size_t above_one = 0;
    for (std::size_t m = 0; m < amplitude[0].size(); ++m) {
        above_one += std::any_of(amplitude.begin(), amplitude.end(), [m](const auto& column) { return column[m] > 1.0; });
    }
    EXPECT_EQ(alone.at("amplitude_above_one").at(0), static_cast<double>(above_one) / static_cast<double>(amplitude[0].size()));
    EXPECT_GT(alone.at("amplitude_correlation")[1], 0.1) << "energies share a part of their anisotropy";
    for (std::size_t e = 0; e < energies; ++e) {
        EXPECT_GT(alone.at("tail_index_current")[e], 0.3);
        EXPECT_TRUE(std::isnan(alone.at("tail_index_current")[energies + e]));
    }
}

TEST(ExpectedTails, AreTheSameOnEveryRank) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    const Transport t = test::paper_transport(4.0, {1e3, 1e5, 1e7});
    SourceLaw law;
    const auto found = expected_tail_indices(Ranks(MPI_COMM_WORLD), t, law, {}, 80.0, 1000);
    const auto alone = expected_tail_indices(Ranks(MPI_COMM_SELF), t, law, {}, 80.0, 1000);
    EXPECT_EQ(bits(found), bits(alone));
    for (const auto& [name, values] : found) {
        ASSERT_EQ(values.size(), 6U) << name;
        for (std::size_t i = 0; i < 6; ++i)
            EXPECT_EQ(std::isnan(values[i]), i >= 3) << "a thousandth of 1000 is no tail";
    }
    const SourceTail tail(t, law, {}, 80.0);
    EXPECT_EQ(found.at("tail_index_density_expected")[1], tail.index(1, Contribution::density, 1e-2));
    EXPECT_EQ(found.at("tail_index_current_expected")[2], tail.index(2, Contribution::current, 1e-2));
    law.model = SourceModel::spiral;
    const auto of_arms = expected_tail_indices(Ranks(MPI_COMM_WORLD), t, law, {}, 80.0, 1000);
    for (const double v : of_arms.at("tail_index_current_expected")) {
        EXPECT_TRUE(std::isnan(v)) << "arms are not axisymmetric";
    }
}

}  // namespace
}  // namespace greenhalo
