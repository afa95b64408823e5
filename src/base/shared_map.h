// SharedMap: an ordered map whose copies share what they have in common, for images that are
// immutable once they are handed out and replaced with every change: a row of leaves, each a short
// sorted array. A copy copies the row; a change copies one leaf, and changes it in place as long as
// no other map has it. So N entries that come one by one, each in a map of its own, cost N times a
// row and a leaf, not N times N. Several threads may read maps that share leaves; one map is
// changed by one thread, while the map that it was copied from lives or on the same thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace kelp {

template <class Key, class Value, class Less = std::less<>>
class SharedMap {
 public:
  using Entry = std::pair<Key, Value>;

 private:
  using Leaf = std::vector<Entry>;
  using Row = std::vector<std::shared_ptr<Leaf>>;  // no leaf is empty
  /// A full leaf becomes two. A change moves half of that in the mean: about a microsecond, and
  /// the rows of 10,000 entries have a hundred leaves.
  static constexpr size_t kMaxLeaf = 128;

 public:
  class Iterator {
   public:
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Row* row, size_t leaf, size_t at) : row_(row), leaf_(leaf), at_(at) {}
    const Entry& operator*() const { return (*(*row_)[leaf_])[at_]; }
    const Entry* operator->() const { return &**this; }
    Iterator& operator++() {
      if (++at_ == (*row_)[leaf_]->size()) {
        ++leaf_;
        at_ = 0;
      }
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Row* row_ = nullptr;
    size_t leaf_ = 0, at_ = 0;
  };

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Iterator begin() const { return {&row_, 0, 0}; }
  Iterator end() const { return {&row_, row_.size(), 0}; }

  /// The first entry that is not less than `key`.
  template <class K>
  Iterator lower_bound(const K& key) const {
    const size_t leaf = leaf_of(key);
    if (leaf == row_.size()) return end();
    return {&row_, leaf, place_in(*row_[leaf], key)};
  }
  template <class K>
  Iterator find(const K& key) const {
    const Iterator at = lower_bound(key);
    return at == end() || Less()(key, at->first) ? end() : at;
  }

  /// In the place of what had an equal key.
  void put(Key key, Value value) {
    // What is behind everything goes into the last leaf.
    const size_t wanted = leaf_of(key);
    if (row_.empty()) row_.push_back(std::make_shared<Leaf>());
    const size_t at = std::min(wanted, row_.size() - 1);
    Leaf& leaf = own(at);
    const auto place = leaf.begin() + static_cast<std::ptrdiff_t>(place_in(leaf, key));
    if (place != leaf.end() && !Less()(key, place->first)) {
      *place = Entry(std::move(key), std::move(value));
      return;
    }
    leaf.insert(place, Entry(std::move(key), std::move(value)));
    ++size_;
    if (leaf.size() > kMaxLeaf) split(at);
  }

  template <class K>
  bool erase(const K& key) {
    const size_t at = leaf_of(key);
    if (at == row_.size()) return false;
    const size_t place = place_in(*row_[at], key);
    if (Less()(key, (*row_[at])[place].first)) return false;
    if (row_[at]->size() == 1) {
      row_.erase(row_.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      Leaf& leaf = own(at);
      leaf.erase(leaf.begin() + static_cast<std::ptrdiff_t>(place));
    }
    --size_;
    return true;
  }

 private:
  /// The first leaf whose last key is not less; the row's size if there is none.
  template <class K>
  size_t leaf_of(const K& key) const {
    const auto found = std::partition_point(row_.begin(), row_.end(), [&](const auto& leaf) {
      return Less()(leaf->back().first, key);
    });
    return static_cast<size_t>(found - row_.begin());
  }
  template <class K>
  static size_t place_in(const Leaf& leaf, const K& key) {
    const auto found = std::partition_point(
        leaf.begin(), leaf.end(), [&](const Entry& entry) { return Less()(entry.first, key); });
    return static_cast<size_t>(found - leaf.begin());
  }
  /// The leaf, which no other map has.
  Leaf& own(size_t at) {
    if (row_[at].use_count() > 1) row_[at] = std::make_shared<Leaf>(*row_[at]);
    return *row_[at];
  }
  void split(size_t at) {
    Leaf& leaf = *row_[at];
    // Keys that come in order leave full leaves behind them.
    const size_t keep = at + 1 == row_.size() ? leaf.size() - 1 : leaf.size() / 2;
    const auto cut = leaf.begin() + static_cast<std::ptrdiff_t>(keep);
    auto rest =
        std::make_shared<Leaf>(std::make_move_iterator(cut), std::make_move_iterator(leaf.end()));
    leaf.erase(cut, leaf.end());
    row_.insert(row_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(rest));
  }

  Row row_;
  size_t size_ = 0;
};

}  // namespace kelp
