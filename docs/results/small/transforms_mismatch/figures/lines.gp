# A figure by Invar 0.1+1a4a946-dirty; to draw it again: gnuplot lines.gp
set encoding utf8
set terminal pngcairo noenhanced background 'white' font 'sans,11.25' fontscale 2 linewidth 2 pointscale 2 size 1280,840
set output 'lines.png'
set datafile separator comma
set multiplot
unset label 1
set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'
set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key
set lmargin at screen 0.10016; set rmargin at screen 0.97188; set tmargin at screen 0.84762; set bmargin at screen 0.15714
set xrange [0.72:8.28]; unset logscale x; set xtics norotate ('1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6, '7' 7, '8' 8)
set yrange [0:1]; unset logscale y; set ytics norotate ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
unset label 2; set label 3 'transformations of the target' at screen 0.53602, screen 0.052381 center; set label 4 'transfer accuracy' at screen 0.021875, screen 0.50238 center rotate
plot 'lines.csv' index 1 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#AADEB7' lw 1.5, \
     'lines.csv' index 2 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#73C8BD' lw 1.5, \
     'lines.csv' index 3 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#41B6C4' lw 1.5, \
     'lines.csv' index 4 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#2498C1' lw 1.5, \
     'lines.csv' index 5 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#2072B2' lw 1.5, \
     'lines.csv' index 6 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#234DA0' lw 1.5, \
     'lines.csv' index 7 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#1F2F88' lw 1.5, \
     'lines.csv' index 8 using 1:3:(0):($4-$3) with vectors heads size screen 0.006,90 nofilled lc rgb '#081D58' lw 1.5, \
     'lines.csv' index 1 using 1:2 with linespoints lc rgb '#AADEB7' dt 1 lw 2 pt 7 ps 0.9, \
     'lines.csv' index 2 using 1:2 with linespoints lc rgb '#73C8BD' dt 1 lw 2 pt 5 ps 0.9, \
     'lines.csv' index 3 using 1:2 with linespoints lc rgb '#41B6C4' dt 1 lw 2 pt 9 ps 0.9, \
     'lines.csv' index 4 using 1:2 with linespoints lc rgb '#2498C1' dt 1 lw 2 pt 13 ps 0.9, \
     'lines.csv' index 5 using 1:2 with linespoints lc rgb '#2072B2' dt 1 lw 2 pt 11 ps 0.9, \
     'lines.csv' index 6 using 1:2 with linespoints lc rgb '#234DA0' dt 1 lw 2 pt 6 ps 0.9, \
     'lines.csv' index 7 using 1:2 with linespoints lc rgb '#1F2F88' dt 1 lw 2 pt 4 ps 0.9, \
     'lines.csv' index 8 using 1:2 with linespoints lc rgb '#081D58' dt 1 lw 2 pt 8 ps 0.9
unset label 1
set lmargin at screen 0.01; set rmargin at screen 0.99; set tmargin at screen 0.97143; set bmargin at screen 0.87619
unset border; unset tics; unset grid; unset label; unset logscale
set key center center horizontal Left reverse samplen 2 width 1 maxcols 8; set xrange [0:1]; set yrange [0:1]
set key title 'pretrained with'
plot NaN with linespoints lc rgb '#AADEB7' dt 1 lw 2 pt 7 ps 0.9 title '1', \
     NaN with linespoints lc rgb '#73C8BD' dt 1 lw 2 pt 5 ps 0.9 title '2', \
     NaN with linespoints lc rgb '#41B6C4' dt 1 lw 2 pt 9 ps 0.9 title '3', \
     NaN with linespoints lc rgb '#2498C1' dt 1 lw 2 pt 13 ps 0.9 title '4', \
     NaN with linespoints lc rgb '#2072B2' dt 1 lw 2 pt 11 ps 0.9 title '5', \
     NaN with linespoints lc rgb '#234DA0' dt 1 lw 2 pt 6 ps 0.9 title '6', \
     NaN with linespoints lc rgb '#1F2F88' dt 1 lw 2 pt 4 ps 0.9 title '7', \
     NaN with linespoints lc rgb '#081D58' dt 1 lw 2 pt 8 ps 0.9 title '8'
unset multiplot
