#include "app/edit_distance.h"

#include <algorithm>
#include <vector>

namespace greenhalo {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = one_letter * j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        next[0] = one_letter * (i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t cost = a[i] == b[j] ? 0 : lower(a[i]) == lower(b[j]) ? 1 : one_letter;
            next[j + 1] = std::min(row[j] + cost, std::min(next[j], row[j + 1]) + one_letter);
            const bool exchanged = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            if (exchanged) next[j + 1] = std::min(next[j + 1], before[j - 1] + one_letter);
        }
        before.swap(row);
        row.swap(next);
    }
    return row.back();
}

}  // namespace greenhalo
