;;; flymake.el --- drives Flymake for the tests  -*- lexical-binding: t -*-

;; Opens FILE, puts the text of BUFFER in its place without saving, and writes the diagnostics before and after to OUT.

(require 'json)

(defun test-diagnostics ()
  "Check the current buffer and return its diagnostics."
  (flymake-start)
  (while (not (memq 'sekisho-flymake (flymake-reporting-backends)))
    (accept-process-output nil 0.05))
  (save-restriction
    (widen)
    (vconcat
     (mapcar (lambda (d)
               (let ((beg (flymake-diagnostic-beg d))
                     (end (flymake-diagnostic-end d)))
                 `((type . ,(symbol-name (flymake-diagnostic-type d)))
                   (message . ,(flymake-diagnostic-text d))
                   (marked . ,(buffer-substring-no-properties beg end)))))
             (sort (flymake-diagnostics)
                   (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b))))))))

(find-file (getenv "FILE"))
(let ((disk (test-diagnostics)))
  (erase-buffer)
  (insert-file-contents (getenv "BUFFER"))
  ;; Most of the text is hidden, and another check runs already.
  (narrow-to-region (1- (point-max)) (point-max))
  (flymake-start)
  (let ((buffer (test-diagnostics)))
    (with-temp-file (getenv "OUT")
      (insert (json-encode `((disk . ,disk) (buffer . ,buffer)))))))
