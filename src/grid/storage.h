/// \file
/// What grids and fields are made of.
#pragma once

#include "greenhalo/grid/diffusion_grid.h"
#include "grid/petsc.h"

namespace greenhalo {

struct Field::Storage {
    petsc::Vector vector;
};

/// The nodes of this rank: first and one behind the last along each axis; the first axis runs fastest.
struct OwnedBox {
    std::array<int, 3> first{0, 0, 0}, last{1, 1, 1};

    int size(std::size_t axis) const { return last[axis] - first[axis]; }
    std::size_t index(int i, int j, int k) const {
        return static_cast<std::size_t>((i - first[0]) + size(0) * ((j - first[1]) + size(1) * (k - first[2])));
    }
};

struct DiffusionGrid::Storage {
    Ranks ranks;
    Domain domain;
    Medium medium;
    Partition partition;
    petsc::Mesh mesh;
    OwnedBox owned;
    /// 1/V of the cells along each axis; V in 3-D is their product.
    std::array<std::vector<double>, 3> measure;
    petsc::Vector volumes;               ///< of the cells; 1 at absorbing nodes, which hold nothing
    petsc::Vector faces, sides, decay;   ///< what a density at a node loses per time
    /// Coefficients along z, per cell or per face below the node.
    std::vector<double> diffusion, across, loss_rate;

    const Axis& axis(std::size_t a) const { return domain.axes[a]; }
    std::size_t dimensions() const { return domain.axes.size(); }
    std::size_t z_axis() const { return dimensions() - 1; }

    bool is_absorbing(const std::array<int, 3>& at) const;
    double volume(const std::array<int, 3>& at) const;
    /// Particles per time and difference of density that pass from a node to the next one along an axis.
    double conductance(const std::array<int, 3>& at, std::size_t axis) const;

    petsc::Vector new_vector() const;
    /// Calls `visit(at, index)` for every node of this rank.
    template <class Visit>
    void for_each_node(Visit visit) const {
        std::array<int, 3> at{};
        std::size_t index = 0;
        for (at[2] = owned.first[2]; at[2] < owned.last[2]; ++at[2])
            for (at[1] = owned.first[1]; at[1] < owned.last[1]; ++at[1])
                for (at[0] = owned.first[0]; at[0] < owned.last[0]; ++at[0]) visit(at, index++);
    }

    /// V + shift K, K the operator -div D grad + Gamma of the cells: symmetric and positive; with `steady` only K.
    petsc::Matrix matrix(double shift, bool steady) const;
};

/// The numbers of this rank in a vector for as long as the object lives.
class LocalNumbers {
  public:
    explicit LocalNumbers(Vec vector) : vector_(vector) { petsc::check(VecGetArray(vector_, &numbers_), "opening a field"); }
    ~LocalNumbers() { VecRestoreArray(vector_, &numbers_); }
    LocalNumbers(const LocalNumbers&) = delete;
    LocalNumbers& operator=(const LocalNumbers&) = delete;
    double& operator[](std::size_t i) const { return numbers_[i]; }

  private:
    Vec vector_;
    PetscScalar* numbers_ = nullptr;
};

}  // namespace greenhalo
