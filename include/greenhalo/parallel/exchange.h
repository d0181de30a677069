/// \file
/// Texts, or any bytes, from every rank to every rank.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/parallel/session.h"

namespace greenhalo {

/// Collective. Everyone's text, in the order of the ranks, on every rank; together at most 2 GB.
std::vector<std::string> gather_texts(const Ranks& ranks, const std::string& text);

}  // namespace greenhalo
