/// \file
/// PETSc's objects as values that clean up after themselves, and its error codes as exceptions.
#pragma once

#include <petscdmda.h>
#include <petscksp.h>

#include <utility>

namespace greenhalo::petsc {

/// Throws Error with PETSc's own message when `code` is one of its errors.
void check(PetscErrorCode code, const char* what);

/// Owns a PETSc object.
template <class Object, PetscErrorCode (*destroy)(Object*)>
class Handle {
  public:
    Handle() = default;
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            object_ = std::exchange(other.object_, nullptr);
        }
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    operator Object() const { return object_; }
    /// For functions that create the object.
    Object* put() {
        reset();
        return &object_;
    }
    void reset() {
        if (object_ != nullptr) destroy(&object_);
        object_ = nullptr;
    }

  private:
    Object object_ = nullptr;
};

using Vector = Handle<Vec, VecDestroy>;
using Matrix = Handle<Mat, MatDestroy>;
using Mesh = Handle<DM, DMDestroy>;
using Solver = Handle<KSP, KSPDestroy>;

}  // namespace greenhalo::petsc
