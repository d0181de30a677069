// Ranks that plan a fast sum together have the sum of one that planned alone, to the bit.

#include <gtest/gtest.h>
#include <mpi.h>

#include "greenhalo/parallel/exchange.h"
#include "greenhalo/superposition/fast_sum.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

void expect_planning_does_not_matter(const Transport& transport, const SourceLaw& law, double tolerance) {
    constexpr double span = 20.0;
    const Ranks ranks(MPI_COMM_WORLD);
    FastSum together(transport, {}, law, span, tolerance, &ranks), alone(transport, {}, law, span, tolerance);
    EXPECT_EQ(together.why_direct(), alone.why_direct());
    EXPECT_EQ(together.describe(), alone.describe());
    EXPECT_EQ(together.error_estimate(), alone.error_estimate());
    const Catalogue catalogue(law, span, 7);
    const Superposition a = together.sum(catalogue, ranks.rank()), b = alone.sum(catalogue, ranks.rank());
    EXPECT_EQ(a.density, b.density);
    EXPECT_EQ(a.current, b.current);
}

TEST(SharedPlanning, GivesTheSumOfOneThatPlannedAlone) {
    const Transport transport = paper_transport(2.0, log_energies(1e3, 1e7, 12));
    expect_planning_does_not_matter(transport, SourceLaw(), 1e-7);
}

TEST(SharedPlanning, GivesTheSameWithDelaysAndNarrowCells) {
    Transport transport = paper_transport(1.0, log_energies(1e2, 1e6, 9));
    for (auto& group : transport.release) {
        for (std::size_t e = 0; e < group.size(); ++e) group[e] = {{0.01 / static_cast<double>(e + 1), 1.0}};
    }
    expect_planning_does_not_matter(transport, SourceLaw(), 1e-9);
}

TEST(SharedPlanning, StopsAtTheSameAgeWhereNothingIsSummedFast) {
    SourceLaw rare;
    rare.rate = 0.05;
    expect_planning_does_not_matter(paper_transport(2.0, log_energies(1e3, 1e7, 12)), rare, 1e-7);
}

TEST(GatherTexts, KeepsOrderAndEveryByte) {
    const Ranks ranks(MPI_COMM_WORLD);
    const auto text_of = [](int rank) { return std::string(static_cast<std::size_t>(rank), '\0') + "a"; };
    const std::vector<std::string> all = gather_texts(ranks, text_of(ranks.rank()));
    ASSERT_EQ(all.size(), static_cast<std::size_t>(ranks.count()));
    for (int rank = 0; rank < ranks.count(); ++rank) EXPECT_EQ(all[static_cast<std::size_t>(rank)], text_of(rank));
}

}  // namespace

}  // namespace greenhalo::test
