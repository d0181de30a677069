#include "greenhalo/parallel/session.h"

#include <numeric>

namespace greenhalo {

MpiSession::MpiSession(int& argc, char**& argv) { MPI_Init(&argc, &argv); }

MpiSession::~MpiSession() { MPI_Finalize(); }

Ranks::Ranks(MPI_Comm communicator) : communicator_(communicator) {
    if (communicator == MPI_COMM_NULL) return;
    MPI_Comm_rank(communicator, &rank_);
    MPI_Comm_size(communicator, &count_);
}

std::string Ranks::broadcast(const std::string& text) const {
    if (count_ == 1) return text;
    const std::int64_t size = broadcast(static_cast<std::int64_t>(text.size()));
    std::string result = is_root() ? text : std::string(static_cast<std::size_t>(size), '\0');
    constexpr std::int64_t piece = 1 << 30;
    for (std::int64_t at = 0; at < size; at += piece) {
        const auto length = static_cast<int>(std::min(piece, size - at));
        MPI_Bcast(result.data() + at, length, MPI_CHAR, 0, communicator_);
    }
    return result;
}

std::int64_t Ranks::broadcast(std::int64_t value) const {
    if (count_ == 1) return value;
    MPI_Bcast(&value, 1, MPI_INT64_T, 0, communicator_);
    return value;
}

namespace {

template <class Number>
std::vector<Number> gather(const std::vector<Number>& values, MPI_Datatype type, MPI_Comm communicator,
                           int ranks) {
    if (ranks == 1) return values;
    const int mine = static_cast<int>(values.size());
    std::vector<int> counts(static_cast<std::size_t>(ranks)), offsets(counts.size(), 0);
    MPI_Allgather(&mine, 1, MPI_INT, counts.data(), 1, MPI_INT, communicator);
    std::partial_sum(counts.begin(), counts.end() - 1, offsets.begin() + 1);
    std::vector<Number> all(static_cast<std::size_t>(offsets.back() + counts.back()));
    MPI_Allgatherv(values.data(), mine, type, all.data(), counts.data(), offsets.data(), type, communicator);
    return all;
}

}  // namespace

std::vector<std::int64_t> Ranks::gather_everywhere(const std::vector<std::int64_t>& values) const {
    return gather(values, MPI_INT64_T, communicator_, count_);
}

std::vector<double> Ranks::gather_numbers(const std::vector<double>& values) const {
    return gather(values, MPI_DOUBLE, communicator_, count_);
}

std::int64_t Ranks::sum(std::int64_t value) const {
    if (count_ == 1) return value;
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_SUM, communicator_);
    return value;
}

std::int64_t Ranks::minimum(std::int64_t value) const {
    if (count_ == 1) return value;
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_MIN, communicator_);
    return value;
}

double Ranks::maximum(double value) const {
    if (count_ == 1) return value;
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, communicator_);
    return value;
}

std::vector<double> Ranks::sum(std::vector<double> values) const {
    if (count_ == 1) return values;
    MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_DOUBLE, MPI_SUM, communicator_);
    return values;
}

}  // namespace greenhalo
