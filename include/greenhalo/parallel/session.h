/// \file
/// MPI for the length of a scope, and the group of ranks that works together.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string>
#include <vector>

namespace greenhalo {

/// Initializes MPI and finalizes it at the end of the scope.
class MpiSession {
  public:
    /// MPI_Init takes its own words out of the command line.
    MpiSession(int& argc, char**& argv);
    ~MpiSession();
    MpiSession(const MpiSession&) = delete;
    MpiSession& operator=(const MpiSession&) = delete;
};

/// A group of ranks; rank 0 speaks for it.
class Ranks {
  public:
    /// The ranks of a communicator, which must outlive them.
    explicit Ranks(MPI_Comm communicator);

    /// This process by itself, whether MPI was initialized or not; its communicator is MPI_COMM_NULL.
    static Ranks alone() { return Ranks(MPI_COMM_NULL); }

    int rank() const { return rank_; }                       ///< of this process, from 0
    int count() const { return count_; }                     ///< ranks of the group
    bool is_root() const { return rank_ == 0; }              ///< whether this process speaks for it
    MPI_Comm communicator() const { return communicator_; }  ///< of the group

    /// \{
    /// Collective. What rank 0 passed, on every rank.
    std::string broadcast(const std::string& text) const;
    std::int64_t broadcast(std::int64_t value) const;
    /// \}

    /// \{
    /// Collective. Everyone's values, one after the other in the order of the ranks, on every rank.
    std::vector<std::int64_t> gather_everywhere(const std::vector<std::int64_t>& values) const;
    std::vector<double> gather_numbers(const std::vector<double>& values) const;
    /// \}

    /// \{
    /// Collective. The sum, the minimum and the maximum over ranks, on every rank.
    std::int64_t sum(std::int64_t value) const;
    std::int64_t minimum(std::int64_t value) const;
    double maximum(double value) const;
    std::vector<double> sum(std::vector<double> values) const;  ///< element by element
    /// \}

  private:
    MPI_Comm communicator_;
    int rank_ = 0, count_ = 1;
};

}  // namespace greenhalo
