/// \file
/// One axis of a rectangular grid: where its nodes are, what happens at its ends, and how a point between the nodes
/// is expressed by them.
#pragma once

#include <array>
#include <vector>

namespace greenhalo {

/// What happens at an end of an axis: the density vanishes there, or nothing flows through it (a plane of symmetry).
enum class End { absorbing, reflecting };

/// A point as a weighted sum over nodes: n(x) = sum value_i n_i and n'(x) = sum slope_i n_i.
struct PointWeights {
    int count = 0;                  ///< nodes that have weights
    std::array<int, 6> node{};      ///< their numbers
    std::array<double, 6> value{},  ///< weights of the density
        slope{};                    ///< weights of its derivative, 1/kpc
};

/// Nodes 0 .. nodes()-1, the first and the last at the ends of the axis. Every node stands for the cell around it,
/// which ends half way to its neighbours.
class Axis {
  public:
    /// Nodes at equal distances.
    static Axis uniform(double low, double high, int cells, End low_end, End high_end);

    /// Spacing h(x) = sqrt(finest^2 + (s (x - centre))^2), s such that `cells` of them fill the axis: finest at
    /// `centre`, and beyond proportional to the distance. Uniform where so many cells are finer than that anyway.
    static Axis stretched(double low, double high, int cells, double centre, double finest, End low_end,
                          End high_end);

    int nodes() const { return static_cast<int>(node_.size()); }  ///< nodes, those at the ends included
    int cells() const { return nodes() - 1; }                     ///< intervals between nodes
    double low() const { return node_.front(); }                  ///< lower end, kpc
    double high() const { return node_.back(); }                  ///< upper end, kpc

    /// Position of a node; beyond the ends those of the mirror images.
    double node(int i) const;
    /// Lower end of the cell of a node; of nodes() the upper end of the last.
    double face(int i) const;
    double width(int i) const { return face(i + 1) - face(i); }  ///< of the cell of a node, kpc
    /// The smallest distance between nodes, kpc.
    double finest() const;
    /// The distance of the nodes around a position, kpc.
    double spacing(double x) const;

    /// What happens at an end.
    End end(bool upper) const { return upper ? high_end_ : low_end_; }
    /// Whether the density at a node is held at zero.
    bool is_absorbing(int i) const {
        return (i == 0 && low_end_ == End::absorbing) || (i == cells() && high_end_ == End::absorbing);
    }

    /// Lagrange weights of the six nodes around a position within the axis. As weights of a point source they
    /// preserve its moments up to the fifth; a point on a node has this node alone. Beyond the ends the density is
    /// continued as its equation continues it: odd at an absorbing end, even at a reflecting one.
    PointWeights weights(double x) const;

    /// First and last of the nodes that can be among them.
    std::array<int, 2> reach(double x) const;

    /// Whether some of the six nodes, mirror images included, lie below a place and others above it: a kink of the density
    /// there spoils the weights. Not so where `x` is a node and only the value is asked for.
    bool reaches_across(double x, double place) const;

  private:
    Axis(std::vector<double> node, End low_end, End high_end);

    int cell(double x) const;

    std::vector<double> node_;
    /// For every cell, its six nodes and those polynomials' leading coefficients that are one at a node each.
    struct Stencil {
        std::array<double, 6> node{}, leading{};
    };
    std::vector<Stencil> stencil_;
    End low_end_, high_end_;
};

}  // namespace greenhalo
