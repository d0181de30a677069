/// \file
/// What grids and fields are made of.
#pragma once

#include "greenhalo/grid/solver.h"
#include "grid/petsc.h"

#include <deque>

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

/// A grid of so many nodes along each axis, dealt out to so many ranks along each, evenly unless told otherwise.
petsc::Mesh create_mesh(MPI_Comm communicator, std::size_t dimensions, const std::array<int, 3>& nodes,
                        const std::array<int, 3>& ranks, const std::array<std::vector<PetscInt>, 3>& owned);

OwnedBox owned_box(DM mesh);

template <class Visit>
void for_each_node(const OwnedBox& owned, Visit visit) {
    std::array<int, 3> at{};
    std::size_t index = 0;
    for (at[2] = owned.first[2]; at[2] < owned.last[2]; ++at[2])
        for (at[1] = owned.first[1]; at[1] < owned.last[1]; ++at[1])
            for (at[0] = owned.first[0]; at[0] < owned.last[0]; ++at[0]) visit(at, index++);
}

/// A symmetric tridiagonal matrix of the nodes of an axis; above[i] couples the nodes i and i + 1.
struct Band {
    std::vector<double> diagonal, above;

    double entry(int i, int step) const {
        if (step == 0) return diagonal[static_cast<std::size_t>(i)];
        return above[static_cast<std::size_t>(step < 0 ? i - 1 : i)];
    }
};

/// The operator along one axis: D and Gamma being functions of z alone, the operator in space is a sum of products
/// of these, see Level. Rows and columns of absorbing nodes are zero.
struct AxisBands {
    Band mass;        ///< widths of cells, in r areas of rings
    Band stiffness;   ///< conductances between nodes; along z with D
    Band diffusing;   ///< along z: mass weighted with D
    Band losing;      ///< along z: mass weighted with Gamma
    std::vector<bool> absorbing;

    int nodes() const { return static_cast<int>(absorbing.size()); }
};

/// One grid of the multigrid hierarchy. Each coarser operator is P^T A P with linear interpolation P along every
/// axis (Galerkin): again a sum of products of matrices of the axes, with as many parts as the finest.
struct Level {
    petsc::Mesh mesh;
    OwnedBox owned;
    std::vector<AxisBands> axes;
    petsc::Matrix interpolation;   ///< to the next finer grid
    petsc::Matrix diffusion;       ///< L
    petsc::Matrix mass, loss;      ///< V and G, but on the finest grid, where they are diagonal
    std::vector<std::size_t> absorbing;  ///< nodes of this rank whose density is held at zero
    petsc::Vector held;                  ///< one at these nodes, zero elsewhere
    /// Largest eigenvalues of L and of V (and G) relative to their parts along the lines of z, but on the finest grid,
    /// where LineSmoother::deviation() tells.
    double largest_of_diffusion = 0.0, largest_of_mass = 0.0;

    const AxisBands& z() const { return axes.back(); }
    std::size_t lines() const { return static_cast<std::size_t>(axes.size() == 2 ? owned.size(0) : owned.size(0) * owned.size(1)); }
    std::size_t line_length() const { return static_cast<std::size_t>(owned.size(axes.size() - 1)); }
};

struct DiffusionGrid::Storage {
    Ranks ranks;
    Domain domain;
    Medium medium;
    Partition partition;
    petsc::Mesh mesh;
    OwnedBox owned;
    /// V of the cells along each axis; V in 3-D is their product.
    std::array<std::vector<double>, 3> measure;
    petsc::Vector volumes;               ///< of the cells; 1 at absorbing nodes, which hold nothing
    petsc::Vector faces, sides, decay;   ///< what a density at a node loses per time
    /// Coefficients along z, per cell or per face below the node.
    std::vector<double> diffusion, across, loss_rate;
    /// The finest grid first; made when a solver needs them.
    std::deque<Level> levels;

    const Axis& axis(std::size_t a) const { return domain.axes[a]; }
    std::size_t dimensions() const { return domain.axes.size(); }
    std::size_t z_axis() const { return dimensions() - 1; }

    bool is_absorbing(const std::array<int, 3>& at) const;
    double volume(const std::array<int, 3>& at) const;
    /// Particles per time and difference of density that pass from a node to the next one along an axis.
    double conductance(const std::array<int, 3>& at, std::size_t axis) const;
    /// Whether Gamma is the same everywhere, so that G = Gamma V.
    bool loses_uniformly() const { return medium.layers().size() == 1; }

    petsc::Vector new_vector() const;
    /// Calls `visit(at, index)` for every node of this rank.
    template <class Visit>
    void for_each_node(Visit visit) const {
        greenhalo::for_each_node(owned, visit);
    }

    /// The first `count` grids of the hierarchy. Collective.
    const std::deque<Level>& hierarchy(std::size_t count);
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
