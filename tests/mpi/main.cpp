// GoogleTest under MPI: every rank runs every test, and a failure of one rank is a failure of all. Rank 0
// prints the listing, the other ranks print their failures only.
#include <gtest/gtest.h>
#include <mpi.h>

#include <cstdio>
#include <memory>

namespace {

class PrintFailures : public testing::EmptyTestEventListener {
  public:
    explicit PrintFailures(int rank) : rank_(rank) {}

  private:
    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (!result.failed()) return;
        std::fprintf(stderr, "rank %d: %s:%d: %s\n", rank_, result.file_name() ? result.file_name() : "?",
                     result.line_number(), result.message());
    }

    int rank_;
};

class AgreeOnFailures : public testing::EmptyTestEventListener {
    void OnTestEnd(const testing::TestInfo& test) override {
        const int mine = test.result()->Failed() ? 1 : 0;
        int any = 0;
        MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
        if (any != 0 && mine == 0) ADD_FAILURE() << "it failed on another rank";
    }
};

}  // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    testing::InitGoogleTest(&argc, argv);
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);

    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    if (rank != 0) {
        delete listeners.Release(listeners.default_result_printer());
        delete listeners.Release(listeners.default_xml_generator());
        listeners.Append(std::make_unique<PrintFailures>(rank).release());
    }
    listeners.Append(std::make_unique<AgreeOnFailures>().release());

    const int mine = RUN_ALL_TESTS();
    int any = 0;
    MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    MPI_Finalize();
    return any;
}
