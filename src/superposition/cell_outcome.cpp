#include "superposition/cell_outcome.h"

#include <cstring>
#include <type_traits>

namespace greenhalo {

namespace {

class Packer {
  public:
    template <class Value>
    void operator()(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        append(&value, sizeof value);
    }
    template <class Value, class Allocator>
    void operator()(const std::vector<Value, Allocator>& values) {
        (*this)(values.size());
        append(values.data(), values.size() * sizeof(Value));
    }
    void operator()(const std::string& text) {
        (*this)(text.size());
        append(text.data(), text.size());
    }

    std::string bytes;

  private:
    void append(const void* data, std::size_t size) { bytes.append(static_cast<const char*>(data), size); }
};

class Unpacker {
  public:
    explicit Unpacker(const std::string& bytes) : at_(bytes.data()) {}

    template <class Value>
    void operator()(Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        take(&value, sizeof value);
    }
    template <class Value, class Allocator>
    void operator()(std::vector<Value, Allocator>& values) {
        values.resize(size());
        take(values.data(), values.size() * sizeof(Value));
    }
    void operator()(std::string& text) {
        text.resize(size());
        take(text.data(), text.size());
    }

  private:
    std::size_t size() {
        std::size_t size = 0;
        (*this)(size);
        return size;
    }
    void take(void* to, std::size_t size) {
        if (size > 0) std::memcpy(to, at_, size);
        at_ += size;
    }

    const char* at_;
};

/// All that travels, in one order for both ways. Pointers travel along and are set anew on arrival.
template <class Way, class Outcome>
void visit(Way& way, Outcome& outcome) {
    way(outcome.high);
    way(outcome.error2);
    way(outcome.why_not);
    way(outcome.cells_too_wide);
    auto& cell = outcome.cell;
    way(cell.first_slab);
    way(cell.slab_count);
    way(cell.slabs_per_group);
    way(cell.b0);
    way(cell.kernel);
    way(cell.classes);
    way(cell.rows);
    way(cell.age_factors);
    way(cell.terms);
    way(cell.separable);
    way(cell.weights);
}

}  // namespace

std::string pack(const CellOutcome& outcome) {
    Packer packer;
    visit(packer, outcome);
    return std::move(packer.bytes);
}

CellOutcome unpack(const std::string& bytes) {
    CellOutcome outcome;
    Unpacker unpacker(bytes);
    visit(unpacker, outcome);
    outcome.cell.link();
    return outcome;
}

}  // namespace greenhalo
