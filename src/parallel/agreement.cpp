#include "greenhalo/parallel/agreement.h"

#include <fmt/format.h>

#include <cstdio>
#include <new>

namespace greenhalo {

namespace {

constexpr const char* out_of_memory =
    "out of memory: use more nodes or fewer ranks per node, or split the realizations among several jobs "
    "(ensemble.first)";

}  // namespace

void together(const Ranks& ranks, const std::function<void()>& work) {
    enum Kind { fine, failed, input_error };
    Kind kind = fine;
    std::string message;
    try {
        work();
    } catch (const InputError& error) {
        kind = input_error;
        message = error.what();
    } catch (const std::bad_alloc&) {
        kind = failed;
        message = out_of_memory;
    } catch (const std::exception& error) {
        kind = failed;
        message = error.what();
    }
    int first = kind == fine ? ranks.count() : ranks.rank();
    int header[2] = {static_cast<int>(kind), static_cast<int>(message.size())};
    if (ranks.count() > 1) {
        MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, ranks.communicator());
        if (first == ranks.count()) return;
        MPI_Bcast(header, 2, MPI_INT, first, ranks.communicator());
        message.resize(static_cast<std::size_t>(header[1]));
        MPI_Bcast(message.data(), header[1], MPI_CHAR, first, ranks.communicator());
    }
    if (first == ranks.count()) return;
    if (first > 0) message = fmt::format("rank {}: {}", first, message);
    if (header[0] == input_error) throw InputError(message);
    throw Error(message);
}

ExitStatus fail_alone(const Ranks& ranks, const std::exception& error) {
    const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
    const std::string where = ranks.count() > 1 ? fmt::format("rank {}: ", ranks.rank()) : "";
    std::fprintf(stderr, "greenhalo: error: %s%s\n", where.c_str(), memory ? out_of_memory : error.what());
    std::fflush(stderr);
    if (ranks.count() > 1) MPI_Abort(ranks.communicator(), static_cast<int>(ExitStatus::failed));
    return ExitStatus::failed;
}

void on_root(const Ranks& ranks, const std::function<void()>& work) {
    together(ranks, [&] {
        if (ranks.is_root()) work();
    });
}

}  // namespace greenhalo
