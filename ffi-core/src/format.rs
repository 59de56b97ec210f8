//! Formatting as Go prints it.
