#include "storage/agreement.h"

#include <string>

#include "greenhalo/base/error.h"

namespace greenhalo::storage {

void together(MPI_Comm communicator, const std::function<void()>& step) {
    if (communicator == MPI_COMM_NULL) {
        step();
        return;
    }
    enum Outcome : int { fine, input_error, error };
    int outcome = fine;
    std::string text;
    try {
        step();
    } catch (const InputError& failure) {
        outcome = input_error;
        text = failure.what();
    } catch (const std::exception& failure) {
        outcome = error;
        text = failure.what();
    }
    int rank = 0, size = 0, speaker = 0;
    MPI_Comm_rank(communicator, &rank);
    MPI_Comm_size(communicator, &size);
    const int mine = outcome == fine ? size : rank;
    MPI_Allreduce(&mine, &speaker, 1, MPI_INT, MPI_MIN, communicator);
    if (speaker == size) return;

    int header[2] = {outcome, static_cast<int>(text.size())};
    MPI_Bcast(header, 2, MPI_INT, speaker, communicator);
    text.resize(static_cast<std::size_t>(header[1]));
    MPI_Bcast(text.data(), header[1], MPI_CHAR, speaker, communicator);
    if (header[0] == input_error) throw InputError(text);
    throw Error(text);
}

void by_rank_0(MPI_Comm communicator, const std::function<void()>& step) {
    int rank = 0;
    if (communicator != MPI_COMM_NULL) MPI_Comm_rank(communicator, &rank);
    together(communicator, [&] {
        if (rank == 0) step();
    });
}

}  // namespace greenhalo::storage
