// Nothing but the precompiled header of this target, which the tests reuse.
