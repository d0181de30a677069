/// \file
/// Quantiles of a sample and how well they are known.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace greenhalo {

/// Quantile levels of the ensemble: the median, 68 % and 95 %.
inline constexpr double quantile_levels[] = {0.025, 0.16, 0.5, 0.84, 0.975};
inline constexpr std::size_t quantile_count = 5;  ///< length of quantile_levels

/// Quantile of sorted values with linear interpolation (Hyndman & Fan type 7); NaN for none.
double quantile(const std::vector<double>& sorted, double level);

/// 68 % intervals of the quantiles of samples of one size: those of the percentile bootstrap with infinitely
/// many resamples, which need no random numbers. Of a resample of M values the k-th smallest is at most the
/// j-th smallest of the sample with the probability I_{j/M}(k, M-k+1) of drawing k or more of the j smallest
/// (I the regularized incomplete beta function), so that its quantiles 0.16 and 0.84 are values of the
/// sample; between two order statistics they are interpolated as the quantile itself is. An outer quantile of
/// few values cannot be told to lie outside of them: there the interval is too narrow.
class QuantileIntervals {
  public:
    /// For samples of so many values.
    explicit QuantileIntervals(std::size_t sample_size);

    /// \{
    /// Ends of the interval of the quantile quantile_levels[level]; NaN for less than two values.
    double low(const std::vector<double>& sorted, std::size_t level) const;
    double high(const std::vector<double>& sorted, std::size_t level) const;
    /// \}

  private:
    /// (1 - fraction) sorted[first] + fraction sorted[second]
    struct Position {
        std::size_t first = 0, second = 0;
        double fraction = 0.0;
        double in(const std::vector<double>& sorted) const;
    };
    std::array<Position, quantile_count> low_, high_;
};

}  // namespace greenhalo
