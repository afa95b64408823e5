// A partition's log on the cluster, as long as somebody has it open; the work is ObjectPartition's.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "seaweed/object_partition.h"
#include "seaweed/open_logs.h"

namespace kelp::seaweed {

class ObjectLog final : public engine::Log {
 public:
  ObjectLog(std::shared_ptr<ObjectPartition> partition, std::shared_ptr<OpenLogs> open)
      : partition_(std::move(partition)), open_(std::move(open)) {}
  ~ObjectLog() override { finish(std::move(partition_), std::move(open_)).detach(); }

  Task<Result<Offset>> append(engine::Chunk chunk, engine::Durability durability) override {
    return partition_->append(std::move(chunk), durability);
  }
  Task<Result<engine::ReadResult>> read(Offset from, engine::ReadLimits limits) override {
    return partition_->read(from, limits);
  }
  Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms) override {
    return partition_->find_time(timestamp_ms);
  }
  Task<Result<void>> replay(Offset from,
                            std::function<void(const record::BatchHeader&)> each) override {
    return partition_->replay(from, std::move(each));
  }
  Task<Result<void>> trim(Offset new_start) override { return partition_->trim(new_start); }
  Task<Result<engine::Sealed>> sealed() override { return partition_->sealed(); }
  Task<Result<std::unique_ptr<engine::Rewrite>>> rewrite(Offset from, Offset to) override {
    return partition_->rewrite(from, to);
  }
  Task<Result<void>> replace(std::unique_ptr<engine::Rewrite> by, Offset mark) override {
    return partition_->replace(std::move(by), mark);
  }
  Task<Result<void>> sync() override { return partition_->flush(); }
  void configure(const engine::LogOptions& options) override { partition_->configure(options); }
  void on_readable(std::function<void()> told) override {
    partition_->on_readable(std::move(told));
  }
  engine::Bounds bounds() const noexcept override { return partition_->bounds(); }
  uint64_t size_bytes() const noexcept override { return partition_->size_bytes(); }

 private:
  static Task<void> finish(std::shared_ptr<ObjectPartition> partition,
                           std::shared_ptr<OpenLogs> open) {
    co_await partition->finish();
    open->closed(partition->id());
  }

  std::shared_ptr<ObjectPartition> partition_;
  std::shared_ptr<OpenLogs> open_;
};

}  // namespace kelp::seaweed
