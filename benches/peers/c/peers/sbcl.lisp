;;;; SBCL's alien routines, which it compiles into the call.

(declaim (optimize (speed 1) (safety 1)) (sb-ext:muffle-conditions sb-ext:compiler-note))

(defconstant +count+ 1000)
(defconstant +rounds+ 100)
(defconstant +long-enough+ 2000000)
(sb-alien:load-shared-object (second sb-ext:*posix-argv*))

(defmacro declare-routines (&rest routines)
  `(progn ,@(loop for (name result . parameters) in routines
                  collect `(declaim (inline ,(second name)))
                  collect `(sb-alien:define-alien-routine ,name ,result ,@parameters))))

(declare-routines
 (("nop" c-nop) sb-alien:void)
 (("add" c-add) sb-alien:int (a sb-alien:int) (b sb-alien:int))
 (("mix" c-mix) sb-alien:double (a sb-alien:int) (b sb-alien:double) (c sb-alien:long) (d sb-alien:float))
 (("sum8" c-sum8) sb-alien:int
  (a sb-alien:int) (b sb-alien:int) (c sb-alien:int) (d sb-alien:int)
  (e sb-alien:int) (f sb-alien:int) (g sb-alien:int) (h sb-alien:int))
 (("iterate" c-iterate) sb-alien:int (count sb-alien:int) (back sb-sys:system-area-pointer))
 (("sum" c-sum) sb-alien:int (numbers sb-sys:system-area-pointer) (count sb-alien:int))
 (("scramble" c-scramble) sb-alien:void (numbers sb-sys:system-area-pointer) (count sb-alien:int))
 (("sorted" c-sorted) sb-alien:int (numbers sb-sys:system-area-pointer) (count sb-alien:int))
 (("strlen" c-strlen) sb-alien:size-t (text sb-alien:c-string))
 (("qsort" c-qsort) sb-alien:void
  (numbers sb-sys:system-area-pointer) (count sb-alien:size-t) (size sb-alien:size-t)
  (ascending sb-sys:system-area-pointer))
 ;; Each call of SBCL's on x86-64 tells the number of its floats, as variadic functions want it.
 (("snprintf" c-snprintf) sb-alien:int
  (to sb-sys:system-area-pointer) (size sb-alien:size-t) (format sb-alien:c-string)
  (n sb-alien:int) (text sb-alien:c-string) (x sb-alien:double)))

(sb-alien:define-alien-callable successor sb-alien:int ((x sb-alien:int)) (+ x 1))

(sb-alien:define-alien-callable ascending sb-alien:int ((a sb-sys:system-area-pointer) (b sb-sys:system-area-pointer))
  (- (sb-sys:signed-sap-ref-32 a 0) (sb-sys:signed-sap-ref-32 b 0)))

;;; Strings of this type are passed as they are; those of all characters are encoded at each call.
(declaim (type simple-base-string *text*))
(defvar *text* (coerce "the quick brown fox jumps over the lazy dog" 'simple-base-string))

(deftype numbers () '(simple-array (signed-byte 32) (#.+count+)))
(declaim (type numbers *numbers*))
(defvar *numbers* (make-array +count+ :element-type '(signed-byte 32)))

;;; Of the clock 1, which is monotonic.
(defun now ()
  (multiple-value-bind (seconds nanos) (sb-unix::clock-gettime 1)
    (+ (* seconds 1000000000) nanos)))

(defun timed (name turns loop)
  (let* ((start (now)) (computed (funcall loop turns)) (took (- (now) start)))
    (unless (= computed turns) (error "~a computes something else: ~a for ~a" name computed turns))
    took))

(defun best-of (rounds name turns loop)
  (loop repeat rounds minimize (timed name turns loop)))

;;; Doubles the turns until they take long enough, then prints the best of the rounds.
(defun measure (name loop &optional (per-turn 1))
  (let ((turns 2))
    (loop while (< (best-of 3 name turns loop) +long-enough+) do (setf turns (* turns 2)))
    (format t "~a ~,3f~%" name (/ (float (best-of +rounds+ name turns loop) 1d0) turns per-turn))))

(defun absent (name why) (format t "~a - ~a~%" name why))

(defmacro looped ((n) &body body) `(loop repeat (the fixnum ,n) do ,@body))

(defun run-nop (n) (looped (n) (c-nop)) n)

(defun run-add (n)
  (let ((x 0))
    (declare (type (signed-byte 32) x))
    (looped (n) (setf x (c-add x 1)))
    x))

(defun run-mix (n)
  (let ((x 0d0))
    (declare (type double-float x))
    (looped (n) (setf x (c-mix 1 x 2 0.5)))
    x))

(defun run-sum8 (n)
  (let ((x 0))
    (declare (type (signed-byte 32) x))
    (looped (n) (setf x (c-sum8 x 1 2 3 4 -2 -3 -4)))
    x))

(defun run-strlen (n)
  (let ((x 0))
    (declare (type fixnum x))
    (looped (n) (incf x (the fixnum (c-strlen *text*))))
    (/ x 43)))

(defun run-callback (n)
  (let ((x 0) (back (sb-alien:alien-sap (sb-alien:alien-callable-function 'successor))))
    (declare (type fixnum x))
    (looped (n) (incf x (c-iterate +count+ back)))
    (/ x +count+)))

(defun run-sum (n)
  (let ((x 0) (numbers *numbers*))
    (declare (type fixnum x) (type numbers numbers))
    (dotimes (i +count+) (setf (aref numbers i) i))
    (sb-sys:with-pinned-objects (numbers)
      (looped (n) (incf x (c-sum (sb-sys:vector-sap numbers) +count+))))
    (/ x 499500)))

(defun run-qsort (n)
  (let ((numbers *numbers*) (back (sb-alien:alien-sap (sb-alien:alien-callable-function 'ascending))))
    (sb-sys:with-pinned-objects (numbers)
      (let ((at (sb-sys:vector-sap numbers)))
        (looped (n)
          (c-scramble at +count+)
          (c-qsort at +count+ 4 back))
        (* n (c-sorted at +count+))))))

(defun run-snprintf (n)
  (let ((x 0) (buffer (make-array 64 :element-type '(unsigned-byte 8))))
    (declare (type fixnum x))
    (sb-sys:with-pinned-objects (buffer)
      (looped (n) (incf x (c-snprintf (sb-sys:vector-sap buffer) 64 "%d %s %.2f" 42 "apples" 1.5d0))))
    (/ x 14)))

(format t "version ~a ~a~%" (lisp-implementation-type) (lisp-implementation-version))
(measure "nop" #'run-nop)
(measure "add" #'run-add)
(measure "mix" #'run-mix)
(measure "sum8" #'run-sum8)
(measure "strlen" #'run-strlen)
(absent "pair" "no structs by value")
(absent "triple" "no structs by value")
(measure "callback" #'run-callback +count+)
(measure "sum" #'run-sum)
(measure "qsort" #'run-qsort)
(measure "snprintf" #'run-snprintf)
