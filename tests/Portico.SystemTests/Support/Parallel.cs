// A system test waits for signals, leases and clocks more than it works: two at a time leave half of two cores idle.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
